// Draws the charts, in the colours that the reader's system asks for; again when that changes.
"use strict";
(() => {
  const { charts } = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = matchMedia("(max-width: 40em)");
  const drawn = [];

  function configuration() {
    const [text, line] = dark.matches ? ["#c3ccd6", "#323b45"] : ["#444c56", "#dfe4e9"];
    return {
      font: "system-ui, 'Noto Sans CJK TC', sans-serif",
      view: { stroke: null },
      axis: {
        labelColor: text, titleColor: text, gridColor: line, domainColor: line, tickColor: line,
        labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
      },
      legend: { labelColor: text, titleColor: text, labelFontSize: 12, symbolType: "square", columns: narrow.matches ? 1 : 3 },
    };
  }

  async function draw() {
    for (const one of drawn.splice(0)) one.finalize();
    for (const [name, spec] of Object.entries(charts)) {
      // An interpreter instead of compiled expressions: the page allows no eval.
      const options = { ast: true, actions: false, renderer: "svg", config: configuration() };
      drawn.push(await window.draw(`#chart-${name}`, spec, options));
    }
    document.documentElement.dataset.drawn = dark.matches ? "dark" : "light";
  }

  dark.addEventListener("change", draw);
  narrow.addEventListener("change", draw);
  draw();
})();
