"""OpenAI's voices, POST /v1/audio/speech: real speech, made by espeak-ng, sent as it is streamed."""
import json

import sound
import whisper
from whisper import refuse
from wire import Refusal

VOICES = "alloy ash ballad coral echo fable onyx nova sage shimmer verse marin cedar".split()
OLDER = "alloy ash coral echo fable onyx nova sage shimmer".split()  # of tts-1 and tts-1-hd
MODELS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15")
FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
FIELDS = {
    "model": str,
    "voice": str,
    "input": str,
    "response_format": str,
    "speed": (int, float),
    "instructions": str,
    "stream_format": str,
}
INPUT_MAX = 4096
RATE = 24000
# Whose throat says what: the stand-in's own voices are Google's. By the letters of the text.
THROATS = {"uk": "uk-UA-Chirp3-HD-Leda", "ru": "ru-RU-Chirp3-HD-Leda"}


def language_of(text):
    return "ru" if set(text.lower()) & set("ыэъё") else "uk"


def streamed_wav(samples, size):
    """A WAV whose head was written before its end was known."""
    whole = sound.write_wav(sound.PCM, RATE, samples)
    at = whole.index(b"data") + 4
    unknown = size.to_bytes(4, "little")
    return whole[:4] + unknown + whole[8:at] + unknown + whole[at + 4 :]


class Speech:
    """The scenario's "speech": {"size": 0} is the size that stands in a WAV's head (4294967295)."""

    def __init__(self, state, throat):
        self.state, self.throat = state, throat

    def takes(self, q):
        return q.path == "/v1/audio/speech"

    def check(self, q):
        whisper.Transcriptions.check_key(q)
        if q.method != "POST":
            raise refuse(405, "Not allowed to %s on /v1/audio/speech." % q.method)
        if (q.header("content-type") or "").partition(";")[0] != "application/json":
            raise refuse(400, "Unsupported Content-Type: send application/json.")
        try:
            asked = json.loads(q.body)
        except ValueError as e:
            raise refuse(400, "We could not parse the JSON body of your request.") from e
        if not isinstance(asked, dict):
            raise refuse(400, "The body must be an object.")
        self.check_fields(asked)
        return asked

    @staticmethod
    def check_fields(asked):
        for name, value in asked.items():
            if name not in FIELDS:
                raise refuse(
                    400,
                    "Unrecognized request argument supplied: %s" % name,
                    name,
                    "unknown_parameter",
                )
            if not isinstance(value, FIELDS[name]) or isinstance(value, bool):
                raise refuse(400, "Invalid type for '%s'." % name, name, "invalid_type")
        for name in ("model", "voice", "input"):
            if name not in asked:
                raise refuse(
                    400,
                    "Missing required parameter: '%s'." % name,
                    name,
                    "missing_required_parameter",
                )
        model, voice = asked["model"], asked["voice"]
        if model not in MODELS:
            raise refuse(
                404,
                "The model `%s` does not exist or you do not have access to it." % model,
                None,
                "model_not_found",
                fault=False,
            )
        if voice not in (OLDER if model.startswith("tts-1") else VOICES):
            raise refuse(
                400, "Invalid voice: '%s'." % voice, "voice", "invalid_value", fault=False
            )
        if not asked["input"].strip():
            raise refuse(400, "Invalid 'input': it is empty.", "input", "string_below_min_length")
        if len(asked["input"]) > INPUT_MAX:
            raise refuse(
                400,
                "Invalid 'input': string too long. Expected a string with maximum length 4096.",
                "input",
                "string_above_max_length",
            )
        if asked.get("response_format", "mp3") not in FORMATS:
            raise refuse(400, "Invalid value: response_format.", "response_format")
        if not 0.25 <= asked.get("speed", 1) <= 4:
            raise refuse(400, "Invalid 'speed': it must be between 0.25 and 4.", "speed")
        if "stream_format" in asked and model.startswith("tts-1"):
            raise refuse(400, "stream_format is not supported with '%s'." % model, "stream_format")
        if asked.get("response_format") not in ("wav", "pcm") or "stream_format" in asked:
            raise refuse(501, "only wav and pcm in one piece are played here.")

    async def answer(self, q, plan, out, bad):
        text, what = plan["input"], bad["what"] if bad else None
        q.timing.update(words=text, voice=plan["voice"], usage={"characters": len(text)})
        await out.sleep(self.state.delay("openai"))
        try:
            samples = await self.throat.speak(
                text, THROATS[language_of(text)], min(plan.get("speed", 1.0), 2.0), False
            )
        except OSError as e:
            raise Refusal(500, whisper.error(str(e), "server_error"), str(e), False) from e
        if what == "silence":
            samples = b"\0" * len(samples)
        if what == "empty":
            samples = b""
        if plan["response_format"] == "pcm":
            return await out.raw(200, "audio/pcm", samples)
        size = self.state.scenario.get("speech", {}).get("size", 0xFFFFFFFF)
        return await out.raw(200, "audio/wav", streamed_wav(samples, size))

    status_body = staticmethod(whisper.Transcriptions.status_body)
