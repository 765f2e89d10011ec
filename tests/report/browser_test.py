#!/usr/bin/env python3
"""The page that `kplane report` writes, in a headless Chromium.

    browser_test.py --kplane PROGRAM --browser PROGRAM [TEST...]
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser  # noqa: E402

arguments = None

MARKUP = """</script></title><script>window.taken=1</script><img src="http://127.0.0.1:9/" onerror="window.taken=1">"""


def write_recording(path, steps, **header):
    """JSON Lines in one zstd frame, of blocks that are not compressed."""
    lines = [{"recording": {"version": 1, "library": "0.1.0", "server": "v1.34.2", "created": "2026-05-21T18:05:12Z", **header}}, *steps]
    text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    frame = struct.pack("<IBQ", 0xFD2FB528, 0xE0, len(text))
    size = 1 << 17
    for at in range(0, len(text), size):
        block = text[at:at + size]
        frame += struct.pack("<I", len(block) << 3 | (at + size >= len(text)))[:3] + block
    with open(path, "wb") as file:
        file.write(frame)


def state(plane, second, replicas, name="web"):
    deployment = {"metadata": {"name": name, "namespace": "shop"}, "spec": {"replicas": replicas}}
    return {"cluster": plane, "snapshotTime": f"2026-05-21T18:{second // 60 % 60:02}:{second % 60:02}Z", "liveResources": 1,
            "resources": [{"group": "apps", "resource": "deployments", "synced": True, "itemCount": 1, "items": [deployment]}]}


def steps_of(planes, episodes, length):
    number = 0
    for episode in range(episodes):
        for plane in range(planes):
            name = f"train-{plane:04}"
            for step in range(length):
                number += 1
                made = {"episode": episode, "step": step, "plane": name, "info": {"elapsed_ms": 10 + plane},
                        "state": state(name, number // 50, step)}
                if step > 0:
                    made["action"] = {"scale": step}
                    made["reward"] = episode / episodes + plane / planes / 10
                if plane == 1 and step == 1:
                    made["info"]["error"] = {"kind": "Conflict", "message": "it changed meanwhile"}
                yield made


def hostile_steps():
    for step in range(2):
        info = {"elapsed_ms": 1, "error": {"kind": MARKUP, "message": MARKUP}}
        hostile = state(MARKUP, step, step, MARKUP)
        hostile["resources"][0]["group"] = MARKUP
        hostile["resources"][0]["items"][0]["metadata"]["annotations"] = {MARKUP: MARKUP + str(step)}
        yield {"episode": 0, "step": step, "plane": MARKUP, "action": MARKUP, "reward": step, "info": info, "state": hostile}


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="kplane-report-")
        cls.browser = Browser(arguments.browser, deadline=240).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.directory.cleanup()

    def setUp(self):
        self.browser.set_screen(1200, 900)

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def make_page(self, recordings, *options):
        page = self.path(f"{self.id().split('.')[-1]}.html")
        paths = []
        for number, steps in enumerate(recordings):
            paths.append(self.path(f"run-{number}.jsonl.zst"))
            write_recording(paths[-1], steps)
        subprocess.run([arguments.kplane, "report", *paths, "-o", page, *options], check=True, stdout=subprocess.DEVNULL)
        return page

    def write(self, page, html):
        with open(page, "w", encoding="utf-8") as file:
            file.write(html)

    def open(self, page, fragment=""):
        self.browser.open(f"file://{page}{fragment}")

    def open_report(self, recordings, *options, fragment=""):
        self.open(self.make_page(recordings, *options), fragment)

    def js(self, expression):
        return self.browser.evaluate(expression)

    def text(self, selector):
        return self.js(f"document.querySelector({json.dumps(selector)})?.innerText")

    def complaints(self):
        return [event for event in self.browser.events
                if event.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.browser.events
                if event.get("method") == "Network.requestWillBeSent"]

    def test_shows_all_sections_without_complaints_or_network(self):
        self.open_report([steps_of(3, 5, 4)])
        self.assertEqual(self.complaints(), [])
        self.assertEqual(len(self.requests()), 1, self.requests())
        for section in ("learning", "heat", "timeline", "planes", "errors", "throughput", "recordings", "sampling"):
            self.assertGreater(self.js(f"document.getElementById('{section}').getBoundingClientRect().height"), 60, section)
        self.assertGreater(self.js("document.querySelectorAll('#learning path.curve')[0].getTotalLength()"), 100)
        self.assertIn("Conflict", self.text("#errors"))

    def test_draws_the_cells_of_the_map(self):
        self.open_report([steps_of(3, 5, 4)])
        colours = self.js("""(() => {
            const canvas = document.querySelector('.map canvas');
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const found = new Set();
            for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) found.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
            return found.size;
        })()""")
        self.assertGreater(colours, 10)

    def test_recorded_text_is_never_markup(self):
        self.open_report([hostile_steps()], "--title", MARKUP, "--label", MARKUP)
        self.assertIsNone(self.js("window.taken ?? null"))
        self.assertEqual(self.js("document.title"), MARKUP)
        self.assertEqual(self.js("document.querySelectorAll('script').length"), 2)
        self.assertEqual(self.js("document.querySelectorAll('img').length"), 0)
        self.assertEqual(len(self.requests()), 1, self.requests())
        self.assertEqual(self.complaints(), [])
        for selector in ("h1", "#timeline h3", "ol.steps .bad", "ol.steps code", "ul.changes", "#errors td", "#planes td button"):
            self.assertIn("<img", self.text(selector), selector)

    def test_the_policy_forbids_markup_that_got_in(self):
        page = self.make_page([steps_of(1, 1, 2)])
        with open(page, encoding="utf-8") as file:
            html = file.read()
        smuggled = ('<script>window.taken=1</script><img src="http://127.0.0.1:9/" onerror="window.taken=1">'
                    '<iframe srcdoc="<script>top.taken=1</script>"></iframe><link rel="stylesheet" href="http://127.0.0.1:9/">'
                    '<form action="http://127.0.0.1:9/"><button id="send">Send</button></form>'
                    '<a id="run" href="javascript:window.taken=1">run</a><svg onload="window.taken=1"></svg>')
        html = html.replace('<main id="main"', smuggled + '<main id="main"')
        # Without the policy it would run: the test knows how to get in.
        self.write(page, html.replace("Content-Security-Policy", "Something-Else"))
        self.open(page)
        self.assertEqual(self.js("window.taken"), 1)
        self.write(page, html)
        self.open(page)
        self.js("document.getElementById('run').click()")
        self.js("document.getElementById('send').click()")
        self.js("new Promise((done) => setTimeout(done, 50))")
        self.assertIsNone(self.js("window.taken ?? null"))
        self.assertTrue(self.js("document.querySelector('.chart path') !== null"))  # the page's own script did run
        sent = [event["params"]["requestId"] for event in self.browser.events if event.get("method") == "Network.responseReceived"]
        self.assertEqual(len(sent), 1)

    def test_the_policy_forbids_to_make_markup_and_to_reach_a_network(self):
        self.open_report([steps_of(1, 1, 2)])
        for attempt in ("document.body.innerHTML = '<b>x</b>'", "document.write('<b>x</b>')",
                        "new DOMParser().parseFromString('<b>x</b>', 'text/html')"):
            outcome = self.js(f"(() => {{ try {{ {attempt}; return 'done'; }} catch (error) {{ return error.name; }} }})()")
            self.assertEqual(outcome, "TypeError", attempt)
        self.assertEqual(self.js("fetch('http://127.0.0.1:9/').then(() => 'done', (error) => error.name)"), "TypeError")
        self.assertEqual(self.js("""new Promise((done) => {
            document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
            document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/'}));
        })"""), "img-src")

    def test_a_click_opens_the_timeline_of_a_cell(self):
        self.open_report([steps_of(3, 5, 4)])
        self.js("document.querySelector('.map').scrollIntoView({block: 'center'})")
        x, y = self.js("""(() => {
            const box = document.querySelector('.map').getBoundingClientRect();
            return [box.left + heatMap.columnAt(9) + 3, box.top + heatMap.top + 2.5 * heatMap.rowHeight];
        })()""")
        self.browser.click(x, y)
        self.assertEqual(self.text("#timeline h3"), "train-0002, episode 2")
        self.assertEqual(self.js("document.activeElement.id"), "timeline-title")
        self.assertRegex(self.js("location.hash"), r"^#timeline=\d+$")
        self.assertIn("/spec/replicas: 0 → 1", self.text("ol.steps"))

    def test_everything_can_be_done_with_the_keyboard(self):
        self.open_report([steps_of(3, 5, 4)])
        self.js("document.querySelector('.map').focus()")
        for key in ("ArrowDown", "End", "ArrowLeft"):
            self.browser.press(key)
        self.assertIn("train-0001: step 18", self.text("#heat output"))
        self.browser.press("Enter")
        self.assertEqual(self.text("#timeline h3"), "train-0001, episode 4")
        self.js("document.querySelector('#learning svg').focus()")
        for _ in range(3):
            self.browser.press("ArrowRight")
        self.assertIn("episode 2: mean return", self.text("#learning output"))

    def test_the_address_names_a_timeline(self):
        self.open_report([steps_of(3, 5, 4)], fragment="#timeline=7")
        self.assertEqual(self.text("#timeline h3"), self.js("timelines.nameOf(timelines.timelines[7]) + ', episode ' + timelines.timelines[7].episode"))

    def test_screen_readers_find_a_name_for_each_control(self):
        self.open_report([steps_of(3, 5, 4), steps_of(2, 5, 4)])
        nodes = self.browser.call("Accessibility.getFullAXTree")["nodes"]
        controls = ("button", "combobox", "checkbox", "link", "table", "application", "region", "navigation", "heading")
        seen = set()
        for node in nodes:
            role = node.get("role", {}).get("value")
            if node.get("ignored") or role not in controls:
                continue
            seen.add(role)
            self.assertTrue(node.get("name", {}).get("value"), node)
        self.assertEqual(seen, set(controls))
        self.assertEqual(self.js("document.querySelectorAll('h1').length"), 1)

    def test_shows_several_recordings_side_by_side(self):
        self.open_report([steps_of(2, 5, 4), steps_of(2, 5, 4)], "--label", "left", "--label", "right")
        self.assertEqual(self.js("document.querySelectorAll('#learning path.curve').length"), 3)  # and all together
        self.assertEqual(self.js("heatMap.rows.length"), 4)
        self.js("""(() => {
            const select = [...document.querySelectorAll('#heat select')].at(-1);
            select.value = '1';
            select.dispatchEvent(new Event('change'));
        })()""")
        self.assertEqual(self.js("heatMap.rows.map((row) => row.recording)"), [1, 1])

    def test_sorts_tables(self):
        self.open_report([steps_of(3, 5, 4)])
        first = "document.querySelector('#planes tbody td button').innerText"
        self.assertEqual(self.js(first), "train-0002")  # the slowest one
        self.js("[...document.querySelectorAll('#planes th button')].find((one) => one.innerText.startsWith('Errors')).click()")
        self.assertEqual(self.js(first), "train-0001")
        self.assertEqual(self.js("document.querySelectorAll('#planes th[aria-sort=descending]').length"), 1)

    def test_is_dark_where_the_system_is_dark(self):
        page = self.make_page([steps_of(3, 5, 4)])
        brightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0)"
        for scheme, is_dark in (("light", False), ("dark", True)):
            self.browser.set_screen(1200, 900, scheme)
            self.open(page)
            self.assertEqual(self.js(brightness) < 300, is_dark)
        self.js("document.getElementById('theme').click()")  # light, whatever the system says
        self.assertGreater(self.js(brightness), 600)

    def test_fits_a_small_screen(self):
        self.browser.set_screen(360, 740)
        self.open_report([steps_of(3, 5, 4)], "--title", "A" * 100)
        self.assertLessEqual(self.js("document.documentElement.scrollWidth"), 360)

    def test_samples_ten_thousand_episodes_and_says_so(self):
        self.open_report([steps_of(250, 40, 2)])
        self.assertEqual(self.complaints(), [])
        self.assertIn("300 episodes have a timeline, of 10,000", self.text("#sampling"))
        self.assertIn("200 of 250 planes", self.text("#sampling"))
        self.assertLess(self.js("document.querySelectorAll('*').length"), 3_000)

    def test_survives_a_recording_without_steps(self):
        self.open_report([[]])
        self.assertEqual(self.complaints(), [])
        self.assertIn("No rewards were recorded", self.text("#learning"))


def main():
    global arguments
    parser = argparse.ArgumentParser()
    parser.add_argument("--kplane", required=True)
    parser.add_argument("--browser", required=True)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
