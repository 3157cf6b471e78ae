// Walks the page in a browser while the demo's newsroom publishes: every page at three
// widths, light and dark, with and without scripts, by keyboard; axe-core must find
// nothing. Usage: node walk.cjs BINARY [FOLDER-FOR-PICTURES]
// Needs playwright-core and axe-core in NODE_PATH, and a Chromium.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [binary, pictures] = process.argv.slice(2);
const browserPath = process.env.NEWSVANE_CHROMIUM || "/usr/bin/chromium";
const WIDTHS = [390, 768, 1440];
const problems = [];
const wrong = (what) => { problems.push(what); console.log(`WRONG ${what}`); };

// The demo, once it has said where its page is.
function demo() {
  const child = spawn(binary, ["demo", "--speed", "4"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = said.match(/status page\s+(http:\/\/[^\s/]+)/);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the demo ended with ${code}`)));
  });
  return { child, address };
}

async function checked(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  for (const { id, nodes } of found.violations) {
    wrong(`${what}: axe ${id}: ${nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
  }
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (tooWide > 0) wrong(`${what}: ${tooWide} px too wide`);
}

function listen(page, what) {
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("404")) wrong(`${what()}: console: ${message.text()}`);
  });
  page.on("pageerror", (err) => wrong(`${what()}: script: ${err}`));
}

async function links(page, base, list, prefix) {
  await page.goto(base + list);
  return page.locator(`main a[href^="${prefix}"]`).first().getAttribute("href");
}

async function live(browser, base) {
  const page = await browser.newPage();
  let at = "overview";
  listen(page, () => at);
  await page.goto(base + "/");
  const count = () => page.locator("main .lines > li").count();
  const before = await count();
  // One that stays if the page is not loaded again.
  await page.evaluate(() => { globalThis.isSame = true; });
  const end = Date.now() + 60_000;
  while (await count() <= before && Date.now() < end) await page.waitForTimeout(200);
  if (await count() <= before) wrong("live: no new alert came by itself");
  if (!(await page.evaluate(() => globalThis.isSame))) wrong("live: the page was loaded again");
  await page.close();
}

async function keyboard(browser, base) {
  const page = await browser.newPage();
  await page.goto(base + "/alerts");
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement.textContent);
  if (!skip.startsWith("Skip")) wrong(`keyboard: the first stop is ${skip}`);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inMain = await page.evaluate(() => document.querySelector("main").contains(document.activeElement));
  if (!inMain) wrong("keyboard: the skip link does not lead to the content");
  for (let n = 0; n < 40; n++) {
    const isAlert = await page.evaluate(() => document.activeElement.matches('.line-title[href^="/alerts/"]'));
    if (isAlert) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL("**/alerts/*");
  await page.close();
}

// Everything that a person does, without scripts.
async function withoutScripts(browser, base) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const see = async (what, text) => {
    if (!(await page.locator("main").innerText()).includes(text)) wrong(`without scripts: ${what}: no "${text}"`);
  };
  await page.goto(base + "/receivers");
  await page.getByRole("button", { name: "Send a test" }).click();
  await see("test of a receiver", "accepted it");
  await page.goto(base + "/watches");
  await page.locator("main a.line-title").first().click();
  await page.getByRole("link", { name: "Try a change" }).click();
  await page.getByRole("button", { name: "Try it" }).click();
  await see("try", "What it would have found");
  const text = await page.locator("textarea").inputValue();
  await page.locator("textarea").fill(text + "\nnonsense = true\n");
  await page.getByRole("button", { name: "Try it" }).click();
  await see("try with an error", "nonsense");
  await page.goto(base + "/search");
  await page.locator("#q").fill("dam");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("main a.line-title").first().click();
  await see("why", "What was done with an article");
  await see("why", "Its text comes from")
  await page.goto(base + "/why");
  await page.locator("#q").fill("https://nowhere.example/nothing");
  await page.getByRole("button", { name: "Ask" }).click();
  await see("why of an unknown address", "Nothing is known of it");
  await context.close();
}

async function main() {
  const { child, address } = demo();
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const base = await address;
    await live(browser, base);
    const page = await browser.newPage();
    let at = "";
    listen(page, () => at);
    // The newsroom's day is over once nothing is on its way.
    await page.waitForTimeout(12_000);
    const pages = {
      overview: "/", alerts: "/alerts", stories: "/stories", watches: "/watches", try: "/try",
      feeds: "/feeds", receivers: "/receivers", search: "/search?q=dam", why: "/why?q=dam",
      missing: "/nothing",
      alert: await links(page, base, "/alerts", "/alerts/"),
      story: await links(page, base, "/stories", "/stories/"),
      watch: await links(page, base, "/watches", "/watches/"),
      feed: await links(page, base, "/feeds", "/feeds/"),
    };
    for (const [name, to] of Object.entries(pages)) {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const width of WIDTHS) {
          at = `${name} ${width} ${colorScheme}`;
          await page.setViewportSize({ width, height: 900 });
          await page.goto(base + to);
          await checked(page, at);
          if (pictures) {
            await page.screenshot({ path: path.join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
          }
        }
      }
    }
    if (process.env.NEWSVANE_METRICS) {
      fs.writeFileSync(process.env.NEWSVANE_METRICS, await (await fetch(base + "/metrics")).text());
    }
    await keyboard(browser, base);
    await withoutScripts(browser, base);
    // What a trial found, as people with scripts see it.
    at = "tried";
    await page.goto(base + pages.watch);
    await page.getByRole("link", { name: "Try a change" }).click();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.waitForSelector("#result");
    await checked(page, at);
    if (pictures) await page.screenshot({ path: path.join(pictures, "tried.png"), fullPage: true });
  } finally {
    await browser.close();
    child.removeAllListeners("exit");
    child.kill("SIGTERM");
  }
  console.log(problems.length ? `${problems.length} problems` : "nothing wrong");
  process.exit(problems.length ? 1 : 0);
}

main().catch((err) => { console.error(err); process.exit(1); });
