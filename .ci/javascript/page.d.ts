// What our scripts find on the page. They are joined, not imported: their names are global.
declare var Plotly: any; // plotly.js, when it has loaded
declare var moduleName: any; // a name that plotly.js leaves behind
declare const Reveal: any; // reveal.js
declare const RevealNotes: any;
declare const collapseRules: any; // drawing.json
declare const LOOKS: string; // the style of a card, put in front of it
declare const minutes: number; // of a lecture, from its deck
