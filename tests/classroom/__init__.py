"""The classroom without a browser: cards are worked by the messages that the page sends."""
