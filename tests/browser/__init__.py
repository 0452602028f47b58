"""Tests in a real JupyterLab and a real browser; a package, so that both close when it ends."""
