#!/usr/bin/env python3
"""settings.py STATE: the settings that lead holos to running stand-ins, "GROUP NAME=VALUE" a line.

STATE is the file that standins.py --state wrote. A group is a vendor's account: a person who has set one
of its settings means that account and not the stand-in.
"""
import json
import sys


def settings(ready):
    urls, keys = ready["urls"], ready["keys"]
    return {
        "google": {"GOOGLE_APPLICATION_CREDENTIALS": ready["credentials"], "GOOGLE_API_KEY": "",
                   "GOOGLE_STT_URL": urls["stt"], "GOOGLE_TTS_URL": urls["tts"],
                   "GOOGLE_SHEETS_URL": urls["sheets"], "GOOGLE_SHEET_ID": ready["sheet"]},
        "claude": {"ANTHROPIC_BASE_URL": urls["claude"], "ANTHROPIC_API_KEY": keys["claude"][0],
                   "ANTHROPIC_API_KEY_2": keys["claude"][1], "CLAUDE_API_KEY_1": "",
                   "CLAUDE_API_KEY_2": ""},
        "whisper": {"WHISPER_URL": urls["whisper"] + "/inference", "OPENAI_API_KEY": ""},
        "ca": {"HOLOS_CA_FILE": ready["ca"]},
    }


def main():
    with open(sys.argv[1], encoding="ascii") as f:
        ready = json.load(f)
    for group, members in settings(ready).items():
        for name, value in members.items():
            print("%s %s=%s" % (group, name, value))


if __name__ == "__main__":
    main()
