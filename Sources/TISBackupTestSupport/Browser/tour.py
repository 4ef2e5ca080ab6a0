"""Goes through the page with a real browser, as an administrator would, and tells what it met.

usage: tour.py ADDRESS PASSWORD FOLDER DISK

Prints one JSON document; screenshots go to FOLDER.
"""

import json
import sys
import time
import urllib.request

import html5lib
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

address, password, folder, disk = sys.argv[1:]
facts = {"complaints": [], "pages": {}, "shots": []}

# Text and what is behind it, as WCAG 2 measures them: 4.5 to 1 for text of this size.
CONTRAST = """
const luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const parse = text => text.match(/[\\d.]+/g).map(Number);
const behind = element => {
  for (; element; element = element.parentElement) {
    const colour = parse(getComputedStyle(element).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const bad = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('[disabled], svg, script, noscript, .skip')) continue;
  const [one, other] = [parse(getComputedStyle(element).color), behind(element)].map(luminance);
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < 4.5) bad.push(element.outerHTML.slice(0, 120) + ' ' + ratio.toFixed(2));
}
return bad;
"""

# What a reader of the screen needs to hear.
NAMES = """
const bad = [];
for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
  if (!field.labels.length) bad.push('no label: ' + field.outerHTML);
for (const button of document.querySelectorAll('button, a'))
  if (!button.textContent.trim()) bad.push('no words: ' + button.outerHTML);
for (const image of document.querySelectorAll('svg'))
  if (!image.querySelector('title') && !image.getAttribute('aria-label')) bad.push('no title: ' + image.outerHTML.slice(0, 80));
if (document.querySelectorAll('h1').length !== 1) bad.push('not one h1');
if (!document.documentElement.lang) bad.push('no language');
return bad;
"""


def start():
    options = webdriver.ChromeOptions()
    for word in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]:
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.binary_location = "/usr/bin/chromium"
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def width(pixels, dark=False):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 600},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
    )


def main():
    # At once: the page may put a new one in its place at any moment.
    return browser.execute_script("return document.querySelector('main').innerText")


def raw(path):
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in browser.get_cookies())
    request = urllib.request.Request(address + path, headers={"Cookie": cookies, "Accept": "text/html"})
    return urllib.request.urlopen(request).read()


def look(name, path):
    """Opens a page at two widths, by day and by night, and judges it."""
    try:
        html5lib.HTMLParser(strict=True).parse(raw(path))
    except Exception as error:
        facts["complaints"].append(f"{name}: HTML: {error!r}")
    for pixels, dark in [(1200, False), (1200, True), (390, False), (390, True)]:
        width(pixels, dark)
        browser.get(address + path)
        shot = f"{name}-{pixels}{'-dark' if dark else ''}.png"
        browser.save_screenshot(f"{folder}/{shot}")
        facts["shots"].append(shot)
        if browser.execute_script("return document.documentElement.scrollWidth") > pixels:
            facts["complaints"].append(f"{shot}: is wider than the screen")
        for script in [CONTRAST, NAMES]:
            facts["complaints"] += [f"{shot}: {text}" for text in browser.execute_script(script)]
    width(1200)
    browser.get(address + path)
    facts["pages"][name] = main()


browser = start()
try:
    look("login", "/login")
    browser.get(address + "/due")
    # By keyboard alone: the name has the focus.
    browser.switch_to.active_element.send_keys("admin")
    browser.find_element(By.NAME, "password").send_keys(password + "\n")
    facts["after-login"] = browser.current_url.removeprefix(address)
    look("overview", "/")
    browser.get(address + "/")
    browser.find_element(By.CSS_SELECTOR, "tbody a").click()
    section = browser.current_url.removeprefix(address)
    look("section", section)
    look("due", "/due")
    look("folder", "/sections/web1/files/" + sys.stdin.readline().strip() + "/")
    look("export", "/export")
    # Thirty seconds are what an administrator has: the disk is chosen already when it is of the set.
    browser.get(address + "/export")
    begun = time.monotonic()
    facts["chosen"] = browser.find_element(By.CSS_SELECTOR, "input[name=disk]:checked").find_element(By.XPATH, "..").text
    browser.find_element(By.CSS_SELECTOR, "main form button").click()
    facts["job"] = browser.current_url.removeprefix(address)
    # The page looks again by itself.
    while "at work" in main() and time.monotonic() < begun + 120:
        time.sleep(0.2)
    facts["pages"]["job"] = main()
    look("job", facts["job"])
    browser.find_element(By.CSS_SELECTOR, "header form button").click()
    facts["after-logout"] = browser.current_url.removeprefix(address)
    browser.get(address + "/")
    facts["locked"] = browser.current_url.removeprefix(address)
    facts["complaints"] += [entry["message"] for entry in browser.get_log("browser")]
    # Without JavaScript all can be read.
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(address + "/login")
    facts["without-script"] = main()
finally:
    browser.quit()
print(json.dumps(facts))
