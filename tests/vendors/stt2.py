"""Google Speech-to-Text v2: other names, other encodings, a place in the path."""
import uuid

import containers
import google
import sound
import stt

STATES_V2 = (
    "AUDIO_ENCODING_UNSPECIFIED",
    "LINEAR16",
    "MULAW",
    "ALAW",
    "AMR",
    "AMR_WB",
    "FLAC",
    "MP3",
    "OGG_OPUS",
    "WEBM_OPUS",
    "MP4_AAC",
    "M4A_AAC",
    "MOV_AAC",
)
V2 = {
    "config": {
        "autoDecodingConfig": {},
        "explicitDecodingConfig": {
            "encoding": ("enum", STATES_V2),
            "sampleRateHertz": "int32",
            "audioChannelCount": "int32",
        },
        "model": "string",
        "languageCodes": ["string"],
        "features": {
            "profanityFilter": "bool",
            "enableWordTimeOffsets": "bool",
            "enableWordConfidence": "bool",
            "enableAutomaticPunctuation": "bool",
            "enableSpokenPunctuation": "bool",
            "enableSpokenEmojis": "bool",
            "multiChannelMode": (
                "enum",
                ("MULTI_CHANNEL_MODE_UNSPECIFIED", "SEPARATE_RECOGNITION_PER_CHANNEL"),
            ),
            "diarizationConfig": "any",
            "maxAlternatives": "int32",
            "customPromptConfig": {"customPrompt": "string"},
        },
        "adaptation": {
            "phraseSets": [{"phraseSet": "string", "inlinePhraseSet": stt.PHRASE_SET}],
            "customClasses": ["any"],
        },
        "transcriptNormalization": {
            "entries": [{"search": "string", "replace": "string", "caseSensitive": "bool"}]
        },
        "denoiserConfig": {"denoiseAudio": "bool", "snrThreshold": "double"},
        "translationConfig": "any",
    },
    "configMask": "string",
    "content": "bytes",
    "uri": "string",
}
CHIRP_3 = {
    "us",
    "eu",
    "asia-northeast1",
    "asia-southeast1",
    "asia-south1",
    "europe-west2",
    "europe-west3",
    "northamerica-northeast1",
}
PLACES = {"chirp_3": CHIRP_3, "chirp_2": {"us-central1", "europe-west4", "asia-southeast1"}}
MODELS_V2 = {
    "uk-UA": ("long", "short", "latest_long", "latest_short", "chirp_2", "chirp_3"),
    "ru-RU": ("long", "short", "latest_long", "latest_short", "chirp_2", "chirp_3"),
    "en-US": (
        "long",
        "short",
        "latest_long",
        "latest_short",
        "chirp_2",
        "chirp_3",
        "telephony",
        "telephony_short",
        "chirp_telephony",
    ),
}


class RecognizeV2(stt.Recognize):
    """POST /v2/projects/P/locations/L/recognizers/_:recognize."""

    def takes(self, q):
        return q.path.startswith("/v2/")

    def check(self, q):
        self.credentials.check(q, stt.SERVICE, google.SCOPE_CLOUD, keys=False)
        location = self.place(q)
        google.check_query(q)
        if len(q.body) > stt.SIZE_MAX:
            raise google.invalid("Request payload size exceeds the limit: 10485760 bytes.")
        asked = google.read_json(q, V2)
        c = asked.get("config", {})
        self.check_config_v2(c, location)
        if bool(asked.get("content")) == bool(asked.get("uri")):
            raise google.invalid("Audio source must be set: exactly one of content and uri.")
        if asked.get("uri"):
            raise google.refuse(501, "Cloud Storage is not played here.")
        audio = self.audio_v2(asked["content"], c)
        if audio.seconds > 60:
            raise google.invalid("Audio can be of a maximum of 60 seconds.")
        return c, audio

    def place(self, q):
        parts = q.path.split("/")
        if (
            q.method != "POST"
            or len(parts) != 8
            or parts[2] != "projects"
            or parts[4] != "locations"
            or parts[6] != "recognizers"
            or parts[7] != "_:recognize"
        ):
            raise google.refuse(404, "Requested entity was not found.", sentence="no such v2 path")
        location, host = parts[5], q.header("host").partition(":")[0]
        here = self.state.scenario.get("stt_location", "global")
        if host.endswith("speech.googleapis.com"):
            here = "global" if host == stt.SERVICE else host[: -len("-" + stt.SERVICE)]
        if location != here:
            raise google.invalid(
                "Expected resource location to be %s, but found %s in resource name."
                % (here, location)
            )
        if parts[3] != self.state.certs.project:
            raise google.refuse(
                403,
                "Permission 'speech.recognizers.recognize' denied on resource (or it "
                "may not exist).",
                "IAM_PERMISSION_DENIED",
            )
        return location

    def check_config_v2(self, c, location):
        model, languages = c.get("model"), c.get("languageCodes")
        if not model or not languages:
            raise google.invalid(
                "model and language_codes must be set for the implicit recognizer."
            )
        if model not in PLACES and model not in MODELS_V2["en-US"]:
            raise google.invalid(
                'The model "%s" does not exist in the location named "%s".' % (model, location)
            )
        if location not in PLACES.get(model, {location}):
            raise google.invalid(
                'The model "%s" does not exist in the location named "%s".' % (model, location)
            )
        self.check_languages(model, languages, location)
        features = c.get("features", {})
        if not 0 <= features.get("maxAlternatives", 0) <= 30:
            raise google.invalid("max_alternatives must be between 0 and 30.")
        if "customPromptConfig" in features and model != "chirp_3":
            raise google.invalid("custom_prompt_config is only supported by chirp_3.")
        self.check_normalization(c.get("transcriptNormalization", {}).get("entries", []))
        sets = []
        for s in c.get("adaptation", {}).get("phraseSets", []):
            inline = s.get("inlinePhraseSet", {})
            sets.append(
                [
                    (p.get("value", ""), p.get("boost", inline.get("boost", 0)))
                    for p in inline.get("phrases", [])
                ]
            )
        stt.check_phrases(sets, True)
        if model == "chirp_3" and any("$" in p for s in sets for p, _ in s):
            raise google.invalid("chirp_3 takes plain phrases only.")

    def check_languages(self, model, languages, location):
        if len(languages) > (2 if model == "chirp_3" else 3):
            raise google.invalid("too many language codes.")
        for language in languages:
            if language == "auto" and model.startswith("chirp"):
                continue
            gone = ["%s/%s" % (l, m) for m, l in self.state.scenario.get("unsupported", [])]
            if model not in MODELS_V2.get(language, ()) or language + "/" + model in gone:
                raise google.invalid(
                    'The language "%s" is not supported by the model "%s" in the location '
                    'named "%s".' % (language, model, location),
                    fault=False,
                )

    def audio_v2(self, data, c):
        if ("autoDecodingConfig" in c) == ("explicitDecodingConfig" in c):
            raise google.invalid(
                "Exactly one of auto_decoding_config and explicit_decoding_config must be " "set."
            )
        if "autoDecodingConfig" in c:
            return self.detected(data)
        d = c["explicitDecodingConfig"]
        encoding = d.get("encoding", "AUDIO_ENCODING_UNSPECIFIED")
        if not d.get("sampleRateHertz") or not d.get("audioChannelCount"):
            raise google.invalid(
                "sample_rate_hertz and audio_channel_count must be set in "
                "explicit_decoding_config."
            )
        if encoding == "AUDIO_ENCODING_UNSPECIFIED":
            raise google.invalid("encoding must be set in explicit_decoding_config.")
        if d["audioChannelCount"] not in range(1, 9):
            raise google.invalid("audio_channel_count must be between 1 and 8.")
        if encoding in ("LINEAR16", "MULAW", "ALAW") and sound.is_wav(data):
            self.state.violation(
                "stt", "a WAV header inside headerless %s: it is heard as a click" % encoding
            )
        channels = d["audioChannelCount"]
        return stt.raw_audio(self.state, data, encoding, d["sampleRateHertz"], channels)

    @staticmethod
    def detected(data):
        if sound.is_wav(data):
            try:
                wav = sound.read_wav(data)
                samples = wav.samples()
            except sound.WavFault as e:
                raise google.invalid(
                    "Audio data does not appear to be in a supported encoding: %s." % e
                ) from e
            return stt.Audio(samples, sound.digest(samples), wav.seconds())
        try:
            for magic, read in ((b"fLaC", containers.read_flac), (b"OggS", containers.read_opus)):
                if data[:4] == magic:
                    return stt.Audio(None, sound.digest(data), read(data).seconds)
        except containers.ContainerFault as e:
            raise google.invalid(
                "Audio data does not appear to be in a supported encoding: %s." % e
            ) from e
        if data[:4] == b"\x1aE\xdf\xa3" or data[:5] == b"#!AMR" or data[:3] == b"ID3":
            return stt.Audio(None, sound.digest(data), 0.0)
        raise google.invalid(
            "Audio data does not appear to be in a supported encoding. If you believe this "
            "to be incorrect, try explicitly specifying the decoding parameters."
        )

    async def answer(self, q, plan, out, _bad):
        c, audio = plan
        await out.sleep(self.state.delay("stt"))
        line = self.recogniser.hear(q, audio)
        if isinstance(line, dict) and line.get("form") == "bare":
            return await out.json(200, {})
        billed = -(-int(audio.seconds * 1000) // 1000)
        q.timing["usage"] = {"seconds": billed}
        reply = {
            "metadata": {
                "totalBilledDuration": "%ds" % billed,
                "requestId": str(uuid.uuid4()),
            }
        }
        found = stt.results(line, audio, True, c["languageCodes"][0]) if line is not None else []
        if found:
            reply = dict({"results": found}, **reply)
        return await out.json(200, reply)
