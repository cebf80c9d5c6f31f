"""Google Speech-to-Text v1, and what v2 (stt2.py) shares with it."""
import random

import containers
import google
import sound
from wire import Refusal

SERVICE = "speech.googleapis.com"
SIZE_MAX = 10485760
RATES_OPUS = (8000, 12000, 16000, 24000, 48000)
STATES = (
    "ENCODING_UNSPECIFIED",
    "LINEAR16",
    "FLAC",
    "MULAW",
    "AMR",
    "AMR_WB",
    "OGG_OPUS",
    "SPEEX_WITH_HEADER_BYTE",
    "WEBM_OPUS",
)
PHRASES = {"phrases": ["string"], "boost": "double"}
PHRASE_SET = {
    "name": "string",
    "phrases": [{"value": "string", "boost": "double"}],
    "boost": "double",
}
CONFIG = {
    "encoding": ("enum", STATES),
    "sampleRateHertz": "int32",
    "audioChannelCount": "int32",
    "enableSeparateRecognitionPerChannel": "bool",
    "languageCode": "string",
    "alternativeLanguageCodes": ["string"],
    "maxAlternatives": "int32",
    "profanityFilter": "bool",
    "adaptation": {
        "phraseSets": [PHRASE_SET],
        "phraseSetReferences": ["string"],
        "customClasses": ["any"],
        "abnfGrammar": "any",
    },
    "transcriptNormalization": {
        "entries": [{"search": "string", "replace": "string", "caseSensitive": "bool"}]
    },
    "speechContexts": [PHRASES],
    "enableWordTimeOffsets": "bool",
    "enableWordConfidence": "bool",
    "enableAutomaticPunctuation": "bool",
    "enableSpokenPunctuation": "bool",
    "enableSpokenEmojis": "bool",
    "diarizationConfig": "any",
    "metadata": "any",
    "model": "string",
    "useEnhanced": "bool",
}
V1 = {"config": CONFIG, "audio": {"content": "bytes", "uri": "string"}}

COMMON = ("default", "command_and_search", "latest_short", "latest_long")
MODELS = {
    "uk-UA": COMMON,
    "ru-RU": COMMON,
    "pl-PL": COMMON,
    "de-DE": COMMON,
    "en-US": COMMON + ("phone_call", "video", "telephony", "telephony_short"),
}
ALL_MODELS = set(MODELS["en-US"]) | {"medical_dictation", "medical_conversation"}


def config(what):
    return google.invalid("Invalid recognition 'config': " + what)


class Audio:
    """What was sent, decoded as far as it can be."""

    def __init__(self, samples, key, seconds):
        self.samples, self.key, self.seconds = samples, key, seconds


class Recogniser:
    """Knows words in one of two honest ways: by the digest of the samples, or by the script."""

    def __init__(self, state, name):
        self.state, self.name = state, name

    def hear(self, q, audio):
        """A scenario's line: text, or a dict with "parts", "form", "confidence". None: silence."""
        known = self.state.transcripts.get(audio.key)
        if known is not None:
            return known
        if audio.samples is not None and sound.is_silent(audio.samples):
            return None
        line = self.state.next_line(q, "stt")
        if line is None:
            self.state.violation(
                self.name,
                "a recording of %.2f s that no scenario knows (sha256 %s)"
                % (audio.seconds, audio.key),
            )
            raise Refusal(
                500,
                google.error(
                    500,
                    "No transcript for sha256 %s: neither registered nor "
                    "in the scenario." % audio.key,
                ),
                "an unknown recording",
                False,
            )
        return line


def check_rate(rate, encoding):
    if rate == 0:
        raise config("bad sample rate hertz.")
    if not 8000 <= rate <= 48000 or (encoding.endswith("_OPUS") and rate not in RATES_OPUS):
        raise config("bad sample rate hertz.")
    if (encoding == "AMR" and rate != 8000) or (encoding == "AMR_WB" and rate != 16000):
        raise config("bad sample rate hertz.")


def wav_audio(data, encoding, rate, channels):
    """A WAV in v1: the header rules; what is given must agree with it."""
    try:
        wav = sound.read_wav(data)
    except sound.WavFault as e:
        raise google.invalid("Invalid audio content: %s." % e) from e
    named = {sound.PCM: "LINEAR16", sound.MULAW: "MULAW"}.get(wav.code)
    if named is None or wav.bits != (16 if named == "LINEAR16" else 8):
        raise config("bad encoding..")
    if encoding not in (None, "ENCODING_UNSPECIFIED", named):
        raise google.invalid(
            "Encoding in RecognitionConfig must either be unspecified or match the "
            "encoding in the WAV header (%s)." % named
        )
    if rate and rate != wav.rate:
        raise google.invalid(
            "sample_rate_hertz (%d) in RecognitionConfig must either be unspecified or "
            "match the value in the WAV header (%d)." % (rate, wav.rate)
        )
    check_rate(wav.rate, named)
    if wav.channels != (channels or 1):
        raise google.invalid(
            "Must use single channel (mono) audio, but WAV header indicates %d channels."
            % wav.channels
        )
    try:
        samples = wav.samples()
    except sound.WavFault as e:
        raise google.invalid("Invalid audio content: %s." % e) from e
    return Audio(samples, sound.digest(samples), wav.seconds())


def raw_audio(state, data, encoding, rate, channels=1):
    """Headerless audio, or a container that is known by its bytes."""
    if encoding in PACKED:
        return packed_audio(data, encoding, rate, channels)
    check_rate(rate, encoding)
    if encoding in ("LINEAR16", "MULAW", "ALAW"):
        if encoding == "LINEAR16" and len(data) % (2 * channels):
            state.violation("stt", "LINEAR16 that ends within a sample")
        if (
            data[:3] == b"ID3"
            or data[:2] in (b"\xff\xfb", b"\xff\xf3")
            or data[:4] in (b"fLaC", b"OggS")
        ):
            state.violation("stt", "compressed audio was called " + encoding)
        samples = {
            "LINEAR16": lambda d: d[: len(d) & ~1],
            "MULAW": sound.unmulaw,
            "ALAW": sound.unalaw,
        }[encoding](data)
        return Audio(samples, sound.digest(samples), len(samples) / 2 / rate / channels)
    magic = {
        "WEBM_OPUS": b"\x1aE\xdf\xa3",
        "AMR": b"#!AMR",
        "AMR_WB": b"#!AMR-WB",
        "MP3": b"",
    }.get(encoding)
    if magic is None or not data.startswith(magic):
        raise config("bad encoding..")
    return Audio(None, sound.digest(data), 0.0)


PACKED = {"FLAC": containers.read_flac, "OGG_OPUS": containers.read_opus}


def packed_audio(data, encoding, rate, channels):
    """A file that says its rate and channels itself; FLAC's rate may be left out, and must be true."""
    try:
        packed = PACKED[encoding](data)
    except containers.ContainerFault as e:
        raise config("bad encoding..") from e
    if encoding == "OGG_OPUS":
        check_rate(rate, encoding)
    elif rate not in (0, packed.rate):
        raise google.invalid(
            "sample_rate_hertz (%d) in RecognitionConfig must either be unspecified or "
            "match the value in the FLAC header (%d)." % (rate, packed.rate)
        )
    if encoding == "FLAC" and not 8000 <= packed.rate <= 48000:
        raise config("bad sample rate hertz.")
    if packed.channels != (channels or 1):
        raise google.invalid(
            "audio_channel_count `%d` in RecognitionConfig must either be unspecified or match "
            "the value in the %s header `%d`." % (channels, encoding[:4], packed.channels)
        )
    return Audio(None, sound.digest(data), packed.seconds)


def check_phrases(sets, strict):
    """[[(phrase, boost)...]...]: the limits of 2.6; v2 refuses boosts that v1 ignores."""
    phrases = [p for s in sets for p in s]
    if len(phrases) > 5000:
        raise config("too many phrases: %d, the limit is 5000." % len(phrases))
    if sum(len(p) for p, _ in phrases) > 100000:
        raise config("the phrases have more than 100000 characters in total.")
    for phrase, boost in phrases:
        if not phrase.strip():
            raise config("an empty phrase.")
        if len(phrase) > 100:
            raise config("a phrase is longer than 100 characters.")
        if boost > 20 or (strict and boost < 0):
            raise config("boost must be between 0 and 20.")


def seconds(s):
    return "%.3fs" % s


def with_odd_forms(line):
    """(pieces, form, confidence) of a scenario's line."""
    if isinstance(line, str):
        line = {"parts": [line]}
    if "text" in line:
        line = dict(line, parts=[line["text"]])
    return line.get("parts", []), line.get("form", "plain"), line.get("confidence", 0.9382)


def results(line, audio, v2, language):
    """The results as section 2 describes them, with what is odd about them."""
    pieces, form, confidence = with_odd_forms(line)
    if form == "no-results":
        return []
    if form == "empty":
        return [{"alternatives": [{"transcript": ""}]}]
    if form == "words-only":
        return [{"alternatives": [{"words": [{"word": pieces[0] if pieces else "а"}]}]}]
    found = []
    for i, piece in enumerate(pieces):
        best = {"transcript": piece if i == 0 else " " + piece}
        if confidence is not None:
            best["confidence"] = confidence
        end = seconds(audio.seconds * (i + 1) / len(pieces))
        found.append(
            {
                "alternatives": [best],
                "resultEndOffset" if v2 else "resultEndTime": end,
                "languageCode": language if v2 else language.lower(),
            }
        )
    return found


class Recognize:
    """POST /v1/speech:recognize."""

    def __init__(self, state, credentials):
        self.state, self.credentials = state, credentials
        self.recogniser = Recogniser(state, "stt")

    def takes(self, q):
        return q.path.startswith("/v1/speech:") or q.path.startswith("/v1/operations/")

    def check(self, q):
        if q.path != "/v1/speech:recognize" or q.method != "POST":
            raise google.refuse(501, "%s %s is not played here." % (q.method, q.path[:80]))
        self.credentials.check(q, SERVICE, google.SCOPE_CLOUD)
        google.check_query(q)
        if len(q.body) > SIZE_MAX:
            raise google.invalid("Request payload size exceeds the limit: 10485760 bytes.")
        asked = google.read_json(q, V1)
        c = asked.get("config", {})
        self.check_config(c)
        sources = [k for k in ("content", "uri") if asked.get("audio", {}).get(k)]
        if len(sources) != 1:
            raise google.invalid("RecognitionAudio not set.")
        if sources == ["uri"]:
            raise google.refuse(501, "Cloud Storage is not played here.")
        audio = self.audio(asked["audio"]["content"], c)
        if audio.seconds > 60:
            raise google.invalid(
                "Sync input too long. For audio longer than 1 min use LongRunningRecognize"
                " with a 'uri' parameter."
            )
        return c, audio

    def check_config(self, c):
        language, model = c.get("languageCode"), c.get("model", "default")
        if not language:
            raise config("language code must be set.")
        if not 0 <= c.get("maxAlternatives", 0) <= 30:
            raise config("bad max alternatives.")
        if len(c.get("alternativeLanguageCodes", [])) > 3:
            raise config("too many alternative language codes.")
        if c.get("audioChannelCount", 1) not in range(1, 9):
            raise config("bad audio channel count.")
        sets = [
            [(p, s.get("boost", 0)) for p in s.get("phrases", [])]
            for s in c.get("speechContexts", [])
        ]
        for s in c.get("adaptation", {}).get("phraseSets", []):
            sets.append(
                [
                    (p.get("value", ""), p.get("boost", s.get("boost", 0)))
                    for p in s.get("phrases", [])
                ]
            )
        check_phrases(sets, False)
        self.check_normalization(c.get("transcriptNormalization", {}).get("entries", []))
        if model not in ALL_MODELS:
            raise config("Incorrect model specified.")
        for each in [language] + c.get("alternativeLanguageCodes", []):
            self.check_model(each, model)

    @staticmethod
    def check_normalization(entries):
        if len(entries) > 100 or any(
            len(e.get(k, "")) > 100 for e in entries for k in ("search", "replace")
        ):
            raise config("transcript normalization is limited to 100 entries of 100 characters.")

    def check_model(self, language, model):
        at_home = {k.lower(): v for k, v in MODELS.items()}
        if language.lower() not in at_home:
            raise config("The language code %s is not supported." % language)
        gone = [
            m.lower()
            for m, l in self.state.scenario.get("unsupported", [])
            if l.lower() == language.lower()
        ]
        if model not in at_home[language.lower()] or model in gone:
            raise google.invalid(
                "Invalid recognition 'config': The requested model is currently not "
                "supported for language : %s." % language,
                fault=False,
            )

    def audio(self, data, c):
        encoding, rate = c.get("encoding"), c.get("sampleRateHertz", 0)
        channels = c.get("audioChannelCount", 0)
        if sound.is_wav(data) and encoding in (None, "ENCODING_UNSPECIFIED", "LINEAR16", "MULAW"):
            return wav_audio(data, encoding, rate, channels)
        if encoding in (None, "ENCODING_UNSPECIFIED"):
            encoding = "FLAC"  # the only one beside WAV that says so itself
        if channels > 1 and encoding in ("MULAW", "AMR", "AMR_WB"):
            raise config("bad audio channel count.")
        return raw_audio(self.state, data, encoding, rate, channels or 1)

    async def answer(self, q, plan, out, _bad):
        c, audio = plan
        await out.sleep(self.state.delay("stt"))
        line = self.recogniser.hear(q, audio)
        q.timing["words"] = line if isinstance(line, str) else ""
        if isinstance(line, dict) and line.get("form") == "bare":
            return await out.json(200, {})
        billed = -(-int(audio.seconds * 1000) // 1000)
        q.timing["usage"] = {"seconds": billed}
        reply = {
            "totalBilledTime": "%ds" % billed,
            "requestId": str(random.getrandbits(62)),
        }
        found = results(line, audio, False, c["languageCode"]) if line is not None else []
        if found:
            reply = dict({"results": found}, **reply)
        return await out.json(200, reply)

    @staticmethod
    def status_body(status, message):
        return google.error(status, message)
