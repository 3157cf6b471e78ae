// Times in the reader's own time zone, and their distance kept up to date.
(() => {
  const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });
  const steps = [[60, "second"], [3600, "minute"], [172800, "hour"], [Infinity, "day"]];
  const lengths = { second: 1, minute: 60, hour: 3600, day: 86400 };
  const show = () => {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      const seconds = (at - Date.now()) / 1000;
      const unit = steps.find(([limit]) => Math.abs(seconds) < limit)[1];
      const [day, ago] = time.children;
      if (day && ago) {
        day.textContent = absolute.format(at);
        ago.textContent = relative.format(Math.trunc(seconds / lengths[unit]), unit);
      }
    }
  };
  const start = () => {
    show();
    setInterval(show, 30000);
    // Live parts bring new times.
    new MutationObserver(() => requestAnimationFrame(show)).observe(document.body, { childList: true });
    document.body.addEventListener("htmx:after:swap", show);
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const text = document.querySelector(button.dataset.copy);
        await navigator.clipboard.writeText(text.value ?? text.textContent);
        button.textContent = "Copied";
      });
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
