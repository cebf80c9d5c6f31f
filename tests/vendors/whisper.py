"""OpenAI's transcriptions and whisper.cpp's own server: the same work, different manners."""
import asyncio
import json
import re

import multipart
import sound
from stt import Audio, Recogniser, with_odd_forms
from wire import Refusal

KEYS = ("openai-key-one",)
EXTENSIONS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
MODELS = (
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    "gpt-4o-transcribe-diarize",
)
LANGUAGES = {
    "uk": "ukrainian",
    "ru": "russian",
    "en": "english",
    "pl": "polish",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "cs": "czech",
    "ro": "romanian",
}
FORMATS = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")
SIZE_MAX = 26214400
INVENTED = {"uk": "Дякую за перегляд!", "ru": "Продолжение следует...", "en": "Thank you."}


def error(message, kind="invalid_request_error", param=None, code=None):
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def refuse(status, message, param=None, code=None, kind="invalid_request_error", fault=True):
    return Refusal(status, error(message, kind, param, code), message, fault)


MAGIC = {
    "flac": (0, b"fLaC"),
    "ogg": (0, b"OggS"),
    "oga": (0, b"OggS"),
    "webm": (0, b"\x1aE\xdf\xa3"),
    "mp4": (4, b"ftyp"),
    "m4a": (4, b"ftyp"),
    "wav": (0, b"RIFF"),
}


def looks_like(extension, data):
    """Is it what its name says? MPEG audio begins with a tag or with a frame."""
    if extension in ("mp3", "mpeg", "mpga"):
        return data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] >= b"\xe0")
    at, magic = MAGIC[extension]
    return data[at : at + 4] == magic


def text_of(line):
    """The words of a scenario's line."""
    return " ".join(with_odd_forms(line)[0])


def usage_of(model, seconds, text):
    """What is billed: the newer models are paid by tokens, ten for a second of sound."""
    if not model.startswith("gpt-4o"):
        return {"type": "duration", "seconds": max(1, round(seconds))}
    heard, written = max(1, round(10 * seconds)), max(1, len(text) // 3)
    return {
        "type": "tokens",
        "input_tokens": heard,
        "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
        "output_tokens": written,
        "total_tokens": heard + written,
    }


def segments_of(line, seconds, silent):
    pieces = with_odd_forms(line)[0] or [""]
    return [
        {
            "id": i,
            "seek": 0,
            "start": round(seconds * i / len(pieces), 2),
            "end": round(seconds * (i + 1) / len(pieces), 2),
            "text": " " + p,
            "tokens": [50364, 50414],
            "temperature": 0.0,
            "avg_logprob": -1.4 if silent else -0.21,
            "compression_ratio": 1.1,
            "no_speech_prob": 0.93 if silent else 0.01,
        }
        for i, p in enumerate(pieces)
    ]


class Transcriptions:
    """POST /v1/audio/transcriptions."""

    MAY = {
        "file",
        "model",
        "language",
        "prompt",
        "response_format",
        "temperature",
        "timestamp_granularities[]",
        "stream",
        "include[]",
        "chunking_strategy",
    }

    def __init__(self, state):
        self.state, self.recogniser = state, Recogniser(state, "openai")

    def takes(self, q):
        return q.path.startswith("/v1/audio/")

    def check(self, q):
        self.check_key(q)
        if q.path != "/v1/audio/transcriptions" or q.method != "POST":
            raise refuse(404, "Invalid URL (%s %s)" % (q.method, q.path[:60]))
        if len(q.body) > SIZE_MAX:
            raise refuse(
                413,
                "Maximum content size limit (%d) exceeded (%d bytes read)"
                % (SIZE_MAX, len(q.body)),
                kind="server_error",
            )
        try:
            parts = multipart.read(q)
            asked = {n: p[0].text() for n, p in parts.items() if n != "file"}
        except (multipart.MultipartFault, UnicodeDecodeError) as e:
            raise refuse(400, "Could not parse multipart form: %s" % e) from e
        for name, found in parts.items():
            if name not in self.MAY or (len(found) > 1 and not name.endswith("[]")):
                raise refuse(400, "Unknown parameter: '%s'." % name, name, "unknown_parameter")
        if "file" not in parts:
            raise refuse(400, "You must provide a file", "file", "missing_required_parameter")
        self.check_fields(asked)
        return asked, self.audio(parts["file"][0])

    @staticmethod
    def check_key(q):
        bearer = q.header("authorization") or ""
        if not bearer.startswith("Bearer "):
            raise refuse(
                401,
                "You didn't provide an API key. You need to provide your API key in an "
                "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
            )
        if bearer[7:] not in KEYS:
            raise refuse(
                401,
                "Incorrect API key provided. You can find your API key at "
                "https://platform.openai.com/account/api-keys.",
                None,
                "invalid_api_key",
                fault=False,
            )

    @staticmethod
    def check_fields(asked):
        model, form = asked.get("model"), asked.get("response_format", "json")
        if not model:
            raise refuse(
                400, "you must provide a model parameter", "model", "missing_required_parameter"
            )
        if model not in MODELS:
            raise refuse(
                404,
                "The model `%s` does not exist or you do not have access to it." % model,
                None,
                "model_not_found",
            )
        if "language" in asked and asked["language"] not in LANGUAGES:
            raise refuse(
                400,
                "Invalid language '%s'. Language parameter must be specified in ISO-639-1 format."
                % asked["language"],
                "language",
                "invalid_language_format",
            )
        if form not in FORMATS:
            raise refuse(400, "Invalid value: '%s'." % form, "response_format")
        if model.startswith("gpt-4o") and form not in ("json", "diarized_json"):
            raise refuse(
                400,
                "response_format '%s' is not compatible with model '%s'. Use 'json' or 'text' "
                "instead." % (form, model),
                "response_format",
                "unsupported_value",
            )
        if "timestamp_granularities[]" in asked and form != "verbose_json":
            raise refuse(
                400,
                "timestamp_granularities needs response_format verbose_json",
                "timestamp_granularities",
            )
        if not re.fullmatch(r"0|1|0?\.\d+|[01]\.0*|0\.\d+", asked.get("temperature", "0")):
            raise refuse(
                400,
                "Invalid type for 'temperature': expected a decimal between 0 and 1.",
                "temperature",
            )
        if asked.get("stream", "false") not in ("true", "false"):
            raise refuse(400, "Invalid type for 'stream': expected a boolean.", "stream")
        if "include[]" in asked and (asked["include[]"] != "logprobs" or model == "whisper-1"):
            raise refuse(400, "Invalid value: '%s'." % asked["include[]"], "include[]")
        if "prompt" in asked and model.endswith("-diarize"):
            raise refuse(400, "prompt is not supported with model '%s'." % model, "prompt")
        if form == "diarized_json" and not model.endswith("-diarize"):
            raise refuse(
                400,
                "response_format 'diarized_json' is not compatible with model '%s'." % model,
                "response_format",
                "unsupported_value",
            )
        if form in ("srt", "vtt", "diarized_json") or asked.get("stream") == "true":
            raise refuse(501, "only json, text and verbose_json in one piece are played here.")

    @staticmethod
    def audio(part):
        extension = (part.filename or "").rpartition(".")[2].lower()
        bad = refuse(400, "Invalid file format. Supported formats: %s" % list(EXTENSIONS), "file")
        if part.filename is None or "." not in part.filename or extension not in EXTENSIONS:
            raise bad
        if not part.data:
            raise refuse(400, "The audio file is empty.", "file")
        if not looks_like(extension, part.data):
            raise refuse(
                400, "Audio file might be corrupted or unsupported", "file", "invalid_value"
            )
        if extension != "wav":
            return Audio(None, sound.digest(part.data), 1.0)
        try:
            wav = sound.read_wav(part.data)
            samples = wav.samples()
        except sound.WavFault as e:
            raise refuse(
                400, "Audio file might be corrupted or unsupported: %s" % e, "file", "invalid_value"
            ) from e
        if wav.seconds() < 0.1:
            raise refuse(
                400,
                "Audio file is too short. Minimum audio length is 0.1 seconds.",
                "file",
                "audio_too_short",
            )
        return Audio(samples, sound.digest(samples), wav.seconds())

    async def answer(self, q, plan, out, _bad):
        asked, audio = plan
        language = asked.get("language", "en")
        await out.sleep(self.state.delay("openai"))
        try:
            line = self.recogniser.hear(q, audio)
        except Refusal as r:
            raise Refusal(
                500, error(r.body["error"]["message"], "server_error"), r.sentence, False
            ) from r
        silent = line is None  # the whole family invents words on silence
        line = INVENTED.get(language, "Thank you.") if silent else line
        form = asked.get("response_format", "json")
        usage = usage_of(asked["model"], audio.seconds, text_of(line))
        q.timing["usage"] = usage
        if form == "text":
            return await out.raw(200, "text/plain; charset=utf-8", (text_of(line) + "\n").encode())
        reply = {"text": text_of(line), "usage": usage}
        if form == "verbose_json":
            reply.update(
                task="transcribe",
                language=LANGUAGES[language],
                duration=round(audio.seconds, 2),
                segments=segments_of(line, audio.seconds, silent),
            )
        return await out.json(200, reply)

    @staticmethod
    def status_body(status, message):
        code = {401: "invalid_api_key", 429: "rate_limit_exceeded"}.get(status)
        return error(message, "server_error" if status >= 500 else "requests", None, code)


class Inference:
    """whisper.cpp: POST /inference, GET /health. One recognition at a time."""

    NUMBERS = {
        "temperature",
        "temperature_inc",
        "max_len",
        "offset_t",
        "offset_n",
        "duration",
        "max_context",
        "best_of",
        "beam_size",
        "audio_ctx",
        "word_thold",
        "entropy_thold",
        "logprob_thold",
        "no_speech_thold",
        "vad_threshold",
        "vad_min_speech_duration_ms",
        "vad_min_silence_duration_ms",
        "vad_max_speech_duration_s",
        "vad_speech_pad_ms",
        "vad_samples_overlap",
    }

    def __init__(self, state):
        self.state, self.recogniser = state, Recogniser(state, "whisper")
        self.turn = asyncio.Lock()

    def takes(self, q):
        return q.path in ("/inference", "/health", "/load", "/")

    @staticmethod
    def plain(status, text, sentence, fault=True):
        """What the server's error handler leaves of a reply."""
        return Refusal(status, text.encode(), sentence, fault, kind="text/plain")

    def check(self, q):
        if q.path == "/health":
            return None
        if q.path != "/inference" or q.method != "POST":
            raise self.plain(
                404, "File Not Found (%s)" % q.path, "%s %s is not served" % (q.method, q.path)
            )
        try:
            parts = multipart.read(q)
            asked = {n: p[0].text() for n, p in parts.items() if n != "file"}
        except (multipart.MultipartFault, UnicodeDecodeError) as e:
            raise self.plain(400, "Invalid request", str(e)) from e
        if "file" not in parts:
            raise self.plain(400, "Invalid request", "no 'file' field in the request")
        for name in self.NUMBERS & set(asked):
            if not re.match(r"\s*[-+]?(\d|\.\d)", asked[name]):
                raise self.plain(
                    500,
                    "500 Internal Server Error\nsto%s" % ("f" if "thold" in name else "i"),
                    "%s is no number" % name,
                )
        try:
            wav = sound.read_wav(parts["file"][0].data)
            if wav.code != sound.PCM:
                raise sound.WavFault("format %d" % wav.code)
            samples = wav.samples()
        except sound.WavFault as e:
            raise self.plain(400, "Invalid request", "failed to read audio data: %s" % e) from e
        if asked.get("response_format") in ("srt", "vtt"):
            self.state.violation("whisper", "only json, text and verbose_json are played here")
        language = asked.get("language", "en")
        if language not in LANGUAGES and language != "auto":
            raise self.plain(400, "Invalid request", "unknown language '%s'" % language[:20])
        if "language" not in asked:
            self.state.violation("whisper", "without a language this server hears English")
        return asked, Audio(samples, sound.digest(samples), wav.seconds())

    async def answer(self, q, plan, out, bad):
        if plan is None:
            if bad and bad["what"] == "loading":  # meant as 503, but this is how it leaves
                return await out.raw(404, "text/plain", b"File Not Found (/health)")
            return await out.raw(200, "application/json", b'{"status":"ok"}')
        asked, audio = plan
        async with self.turn:
            await out.sleep(self.state.delay("whisper"), watching=True)
        if "language" not in asked:
            return await out.raw(
                200, "application/json", b'{"text":" (speaking in foreign language)\\n"}'
            )
        try:
            line = self.recogniser.hear(q, audio)
        except Refusal as r:
            raise Refusal(500, {"error": r.body["error"]["message"]}, r.sentence, False) from r
        silent = line is None
        line = INVENTED.get(asked["language"], "Thank you.") if silent else line
        segments = segments_of(line, audio.seconds, silent)
        text = "".join(s["text"] + "\n" for s in segments)
        form = asked.get("response_format", "json")
        if form == "text":
            return await out.raw(200, "text/html; charset=utf-8", text.encode())
        reply = {"text": text}
        if form == "verbose_json":
            reply = dict(
                {
                    "task": "transcribe",
                    "language": LANGUAGES.get(asked["language"], "english"),
                    "duration": audio.seconds,
                },
                **reply,
                segments=segments
            )
        return await out.raw(
            200, "application/json", json.dumps(reply, ensure_ascii=False).encode()
        )

    @staticmethod
    def status_body(_status, message):
        return {"error": message}
