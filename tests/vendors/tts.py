"""Google Text-to-Speech v1: real speech, made by espeak-ng, in the vendor's packing."""
import asyncio
import base64
import ctypes
import signal
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import google
import sound

SERVICE = "texttospeech.googleapis.com"
ENCODINGS = (
    "AUDIO_ENCODING_UNSPECIFIED",
    "LINEAR16",
    "MP3",
    "OGG_OPUS",
    "MULAW",
    "ALAW",
    "PCM",
    "M4A",
)
REQUEST = {
    "input": {
        "text": "string",
        "ssml": "string",
        "markup": "string",
        "multiSpeakerMarkup": "any",
        "prompt": "string",
        "customPronunciations": "any",
    },
    "voice": {
        "languageCode": "string",
        "name": "string",
        "ssmlGender": ("enum", ("SSML_VOICE_GENDER_UNSPECIFIED", "MALE", "FEMALE", "NEUTRAL")),
        "customVoice": "any",
        "voiceClone": "any",
        "modelName": "string",
    },
    "audioConfig": {
        "audioEncoding": ("enum", ENCODINGS),
        "speakingRate": "double",
        "pitch": "double",
        "volumeGainDb": "double",
        "sampleRateHertz": "int32",
        "effectsProfileId": ["string"],
    },
    "advancedVoiceOptions": "any",
}
PROFILES = {
    "wearable-class-device",
    "handset-class-device",
    "headphone-class-device",
    "small-bluetooth-speaker-class-device",
    "medium-bluetooth-speaker-class-device",
    "large-home-entertainment-class-device",
    "large-automotive-class-device",
    "telephony-class-application",
}
WOMEN = (
    "Achernar Aoede Autonoe Callirrhoe Despina Erinome Gacrux Kore Laomedeia Leda Pulcherrima "
    "Sulafat Vindemiatrix Zephyr"
).split()
MEN = (
    "Achird Algenib Algieba Alnilam Charon Enceladus Fenrir Iapetus Orus Puck Rasalgethi Sadachbia "
    "Sadaltager Schedar Umbriel Zubenelgenubi"
).split()
CLASSIC = {
    "uk-UA": {"B": "FEMALE"},
    "ru-RU": {"A": "FEMALE", "B": "MALE", "C": "FEMALE", "D": "MALE", "E": "FEMALE"},
    "en-US": {"C": "FEMALE", "D": "MALE", "F": "FEMALE"},
}
RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
SPEECH_MAX_S = 20


def all_voices():
    voices = {}
    for language, letters in CLASSIC.items():
        for family in ("Standard", "Wavenet"):
            for letter, gender in letters.items():
                voices["%s-%s-%s" % (language, family, letter)] = (language, gender)
        for star in WOMEN + MEN:
            voices["%s-Chirp3-HD-%s" % (language, star)] = (
                language,
                "FEMALE" if star in WOMEN else "MALE",
            )
    return voices


VOICES = all_voices()


LIBC = ctypes.CDLL(None)


def die_with_parent():
    LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)


# Without a home espeak-ng's sound library makes no folder for a server that it never talks to.
QUIET = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/dev/null", "LANG": "C.UTF-8"}


def is_ssml(text):
    try:
        return ElementTree.fromstring(text).tag.rpartition("}")[2] == "speak"
    except ElementTree.ParseError:
        return False


class Throat:
    """Speaks by espeak-ng, two at a time; what was said once is kept."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(2)
        self.kept = {}
        self.running = set()
        self.spoken = 0

    async def speak(self, text, voice, speed, ssml):
        """Samples at 24000 Hz, the voices' natural rate. The same request is never made twice."""
        key = (text, voice, speed, ssml)
        if key not in self.kept:
            loop = asyncio.get_running_loop()
            self.kept[key] = asyncio.ensure_future(
                loop.run_in_executor(self.pool, self._espeak, text, voice, speed, ssml)
            )
        try:
            return await asyncio.shield(self.kept[key])
        except (OSError, subprocess.SubprocessError):
            self.kept.pop(key, None)
            raise

    def _espeak(self, text, voice, speed, ssml):
        language, gender = VOICES[voice]
        tone = sum(voice.encode()) % 15
        argv = [
            "espeak-ng",
            "-v",
            language[:2] + ("+f3" if gender == "FEMALE" else ""),
            "-s",
            str(int(165 * (speed or 1.0))),
            "-p",
            str(40 + tone),
            "-b",
            "1",
            "--stdin",
            "--stdout",
        ]
        child = subprocess.Popen(
            argv + (["-m"] if ssml else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
            env=QUIET,
        )
        self.running.add(child)
        try:
            wav = child.communicate(text.encode(), timeout=SPEECH_MAX_S)[0]
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            self.running.discard(child)
        if child.returncode != 0:
            raise OSError("espeak-ng ended with %d" % child.returncode)
        self.spoken += 1
        rate = int.from_bytes(wav[24:28], "little") or 22050
        samples = wav[44 : 44 + (len(wav) - 44) // 2 * 2]
        return sound.resample(sound.trim(samples), rate, 24000)

    def stop(self):
        for child in list(self.running):
            child.kill()
        self.pool.shutdown(wait=False, cancel_futures=True)


def packed(samples, encoding, rate):
    """The audio as section 3.2 says it is sent."""
    samples = sound.resample(samples, 24000, rate)
    if encoding == "LINEAR16":
        return sound.write_wav(sound.PCM, rate, samples)
    if encoding == "MULAW":
        return sound.write_wav(sound.MULAW, rate, sound.mulaw(samples))
    if encoding == "ALAW":
        return sound.write_wav(sound.ALAW, rate, sound.alaw(samples))
    return samples


class Synthesize:
    """POST /v1/text:synthesize and GET /v1/voices."""

    def __init__(self, state, credentials):
        self.state, self.credentials = state, credentials
        self.throat = Throat()
        self.replies = {}

    def takes(self, q):
        return q.path.startswith("/v1/text:") or q.path == "/v1/voices"

    def check(self, q):
        self.credentials.check(q, SERVICE, google.SCOPE_CLOUD)
        if q.path == "/v1/voices":
            if q.method != "GET" or set(q.query) - {"languageCode", "key"}:
                raise google.invalid("voices are asked for by GET, with languageCode at most.")
            return None
        if q.path != "/v1/text:synthesize" or q.method != "POST":
            raise google.refuse(501, "%s %s is not played here." % (q.method, q.path[:80]))
        google.check_query(q)
        asked = google.read_json(q, REQUEST)
        for member in ("input", "voice", "audioConfig"):
            if member not in asked:
                raise google.invalid("The %s must be set." % google.snake(member))
        name, chirp = self.check_voice(asked["voice"])
        text, ssml = self.check_input(asked["input"], chirp)
        return (text, ssml, name) + self.check_audio(asked["audioConfig"], chirp)

    def check_input(self, given, chirp):
        sources = [k for k in ("text", "ssml", "markup", "multiSpeakerMarkup") if given.get(k)]
        if len(sources) != 1:
            raise google.invalid(
                "Exactly one of `input.text`, `input.ssml`, `input.markup` must be set."
            )
        source = sources[0]
        text = given[source]
        if source == "multiSpeakerMarkup" or "prompt" in given or "customPronunciations" in given:
            raise google.refuse(501, "only text, ssml and markup are played here.")
        if len(text.encode()) > 5000:
            raise google.invalid(
                "Either `input.text` or `input.ssml` is longer than the limit of 5000 "
                "bytes. This limit is different from quotas. To fix, reduce the byte "
                "length of the characters in this request, or consider using the Long "
                "Audio API."
            )
        if source == "ssml" and chirp:
            raise google.invalid(
                "This voice currently does not support SSML input. Please try again with "
                "text only input."
            )
        if source == "ssml" and not is_ssml(text):
            raise google.invalid("Invalid SSML. Newer voices like Neural2 require valid SSML.")
        if source == "markup" and not chirp:
            raise google.invalid("This voice does not support markup input.")
        if not text.strip():
            raise google.invalid("The input must not be blank.")
        return text, source == "ssml"

    def check_voice(self, given):
        language, name = given.get("languageCode"), given.get("name")
        if not language:
            raise google.invalid("The language code must be set.")
        if given.get("modelName"):
            raise google.refuse(501, "Gemini voices are not played here.")
        if given.get("ssmlGender") == "NEUTRAL":
            raise google.invalid("Gender neutral voices are not supported.", fault=False)
        if not name:
            known = [
                v
                for v, (l, g) in VOICES.items()
                if l.lower() == language.lower()
                and given.get("ssmlGender", g) in (g, "SSML_VOICE_GENDER_UNSPECIFIED")
            ]
            if not known:
                raise google.invalid(
                    "Voice for language %s does not exist." % language, fault=False
                )
            return known[0], False
        if name not in VOICES or name in self.state.scenario.get("voices_gone", []):
            raise google.invalid("Voice '%s' does not exist. Is it misspelled?" % name, fault=False)
        if VOICES[name][0].lower() != language.lower():
            raise google.invalid(
                "Requested language code '%s' doesn't match the voice '%s's language code "
                "'%s'." % (language, name, VOICES[name][0].lower())
            )
        return name, "-Chirp3-HD-" in name

    @staticmethod
    def check_audio(given, chirp):
        encoding = given.get("audioEncoding", "AUDIO_ENCODING_UNSPECIFIED")
        if encoding == "AUDIO_ENCODING_UNSPECIFIED":
            raise google.invalid("The audio encoding must be set.")
        if "pitch" in given and chirp:
            raise google.invalid("This voice does not support pitch parameters at this time.")
        speed, pitch, gain = (given.get(k, 0) for k in ("speakingRate", "pitch", "volumeGainDb"))
        if speed != 0 and not 0.25 <= speed <= 2.0:
            raise google.invalid("speaking_rate must be between 0.25 and 2.0.")
        if not -20 <= pitch <= 20:
            raise google.invalid("pitch must be between -20.0 and 20.0.")
        if not -96 <= gain <= 16:
            raise google.invalid("volume_gain_db must be between -96.0 and 16.0.")
        rate = given.get("sampleRateHertz", 24000) or 24000
        if rate not in RATES:
            raise google.invalid("The sample rate %d is not supported for %s." % (rate, encoding))
        if set(given.get("effectsProfileId", [])) - PROFILES:
            raise google.invalid("The effects profile is not supported.")
        if encoding in ("MP3", "OGG_OPUS", "M4A"):
            raise google.refuse(501, "%s is not played here." % encoding)
        return encoding, rate, speed

    async def answer(self, q, plan, out, bad):
        if plan is None:
            return await self.list_voices(q, out)
        q.timing.update(words=plan[0], voice=plan[2], usage={"characters": len(plan[0])})
        await out.sleep(self.state.delay("tts"))
        what = bad["what"] if bad else None
        return await out.raw(200, "application/json; charset=UTF-8", await self.reply(plan, what))

    async def reply(self, plan, what):
        """The body, kept: the second time it costs nothing."""
        key = plan + (what if what in ("silence", "empty") else None,)
        if key not in self.replies:
            text, ssml, name, encoding, rate, speed = plan
            samples = await self.throat.speak(text, name, speed, ssml)
            if what == "silence":
                samples = b"\0" * len(samples)
            if what == "empty":
                samples = b""
            sent = base64.b64encode(packed(samples, encoding, rate))
            self.replies[key] = b'{\n  "audioContent": "' + sent + b'"\n}\n'
        return self.replies[key]

    async def list_voices(self, q, out):
        wanted = (q.query.get("languageCode") or [""])[0].lower()
        gone = self.state.scenario.get("voices_gone", [])
        found = [
            {"languageCodes": [l], "name": n, "ssmlGender": g, "naturalSampleRateHertz": 24000}
            for n, (l, g) in sorted(VOICES.items())
            if n not in gone
            and (not wanted or l.lower() == wanted or l.lower().startswith(wanted + "-"))
        ]
        return await out.json(200, {"voices": found} if found else {})

    @staticmethod
    def status_body(status, message):
        return google.error(status, message)
