"""The model in scenarios: the vendors' stand-in of Claude, with the policy of tests/vendors/claude_book.py."""
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request

VENDORS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "vendors")
sys.path.insert(0, VENDORS)

import settings  # noqa: E402


# The script asks programs of its own for each line: on a busy machine it may be slow.
PATIENT = {"HOLOS_TURN_MS": "60000", "HOLOS_THINK_MS": "50000", "HOLOS_THINK_FIRST_MS": "50000"}


def missing(bin_):
    """Why no model can play; None: one can."""
    p = subprocess.run([os.path.join(bin_, "holos"), "understand", "--help"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
    return None if p.returncode == 0 else "no model script without `holos understand`"


class StandIn:
    """Runs as long as this program. All scenarios share it: it keeps nothing of a call."""

    def __init__(self, bin_, folder, languages, scenarios):
        profiles = os.path.join(folder, "model-profiles")
        os.makedirs(profiles)
        for path in {s.profile_file for s in scenarios}:
            shutil.copy(path, profiles)
        self.process = subprocess.Popen([sys.executable, "-B", os.path.join(VENDORS, "standins.py"), "--dir",
                                         os.path.join(folder, "vendors"), "--talk"], stdout=subprocess.PIPE)
        ready = json.loads(self.process.stdout.readline())
        self.control = "http://127.0.0.1:%d" % ready["control"]
        of = settings.settings(ready)
        self.settings = dict(of["claude"], **of["ca"], **PATIENT)
        self.post("/scenario", {"claude": {"book": {"holos": os.path.join(bin_, "holos"), "profiles": profiles,
                                                    "languages": languages}}})

    def post(self, path, body):
        request = urllib.request.Request(self.control + path, data=json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as a:
            return json.load(a)

    def violations(self):
        """What holos has asked of the vendor and may not, and what the script did wrong."""
        with urllib.request.urlopen(self.control + "/report", timeout=60) as a:
            return json.load(a)["vendors"].get("claude", {}).get("violations", [])

    def stop(self):
        self.process.terminate()
        self.process.wait()


def not_by_a_model(log):
    """Turns that the rules answered though a model was there, out of the service's log. Silence asks nobody."""
    with open(log, encoding="utf-8", errors="replace") as f:
        lines = [x for x in f if " turn=" in x and "think=rules" in x]
    return ["turn %s was answered by the rules: %s" % (
        re.search(r"turn=(\d+)", x).group(1), (re.search(r'fault="([^"]*)"', x) or [None, ""])[1]) for x in lines]
