/** What a report's page runs: it puts interactive charts, with tooltips, in place of the pictures. */
export const SCRIPT = `
(() => {
  const tip = document.createElement("div");
  tip.id = "tip"; tip.hidden = true; document.body.append(tip);
  const show = (_, event, item, value) => {
    tip.hidden = value == null || value === "";
    if (tip.hidden) return;
    tip.textContent = typeof value === "object"
      ? Object.entries(value).map(([key, text]) => key + ": " + text).join("\\n") : String(value);
    tip.style.left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 4) + "px";
    tip.style.top = Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 4) + "px";
  };
  for (const data of document.querySelectorAll("script[data-chart]")) {
    const place = data.parentElement.querySelector(".chart");
    const picture = place.innerHTML;
    try {
      place.textContent = "";
      new vega.View(vega.parse(JSON.parse(data.textContent)), { renderer: "svg", container: place, hover: true })
        .tooltip(show).runAsync().catch(() => { place.innerHTML = picture; });
    } catch { place.innerHTML = picture; }
  }
})();
`
