"""Sounds: WAV headers read and written, G.711, and the digest by which a recording is known.

A recording is known by the SHA-256 of its decoded samples: 16 bit, little endian, one channel, at
the rate it came in. So the same words are the same recording as PCM, mu-law or A-law of it are not.
What cannot be decoded here (FLAC, Opus, MP3) is known by the SHA-256 of its bytes.
"""
import hashlib
import struct
import warnings
from array import array

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import audioop  # Debian 12 has Python 3.11; it leaves the library with 3.13

PCM, ALAW, MULAW = 1, 6, 7


class WavFault(Exception):
    """Why this is no WAV that can be read."""


class Wav:
    def __init__(self, code, channels, rate, bits, data):
        self.code, self.channels, self.rate, self.bits, self.data = code, channels, rate, bits, data

    def samples(self):
        """Mono, 16 bit."""
        if self.channels != 1:
            raise WavFault("%d channels" % self.channels)
        if self.code == ALAW and self.bits == 8:
            return audioop.alaw2lin(self.data, 2)
        if self.code == MULAW and self.bits == 8:
            return audioop.ulaw2lin(self.data, 2)
        if self.code == PCM and self.bits == 16 and len(self.data) % 2 == 0:
            return self.data
        raise WavFault("format %d with %d bits" % (self.code, self.bits))

    def seconds(self):
        return len(self.data) / max(1, self.rate * self.channels * self.bits // 8)


def is_wav(data):
    return data[:4] == b"RIFF" and data[8:12] == b"WAVE"


def read_wav(data):
    """Walks the chunks strictly: every length must be true."""
    if not is_wav(data):
        raise WavFault("no RIFF/WAVE header")
    if struct.unpack_from("<I", data, 4)[0] != len(data) - 8:
        raise WavFault(
            "the RIFF length is %d, the file has %d bytes after it"
            % (struct.unpack_from("<I", data, 4)[0], len(data) - 8)
        )
    at, form, found = 12, None, None
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + size]
        if len(body) != size:
            raise WavFault("the chunk %r is cut off" % name)
        if name == b"fmt ":
            if size < 16:
                raise WavFault("a fmt chunk of %d bytes" % size)
            form = struct.unpack_from("<HHIIHH", body)
        elif name == b"data" and found is None:
            found = body
        at += 8 + size + size % 2
    if form is None or found is None:
        raise WavFault("no fmt or no data chunk")
    code, channels, rate, per_second, align, bits = form
    if align != channels * bits // 8 or per_second != rate * align or align == 0 or rate == 0:
        raise WavFault("a fmt chunk that contradicts itself")
    return Wav(code, channels, rate, bits, found)


def write_wav(code, rate, data):
    """A WAV as the vendor writes it: G.711 with a longer fmt chunk and a fact chunk."""
    bits = 16 if code == PCM else 8
    form = struct.pack("<HHIIHH", code, 1, rate, rate * bits // 8, bits // 8, bits)
    if code != PCM:
        form += struct.pack("<H", 0)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    if code != PCM:
        chunks += b"fact" + struct.pack("<II", 4, len(data))
    chunks += b"data" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def digest(samples):
    return hashlib.sha256(samples).hexdigest()


def is_silent(samples):
    """So quiet that no words could be heard in it."""
    return len(samples) < 2 or audioop.max(samples[: len(samples) & ~1], 2) < 60


def resample(samples, frm, to):
    """To another rate, with the simple filter that audioop has."""
    if frm == to or not samples:
        return samples
    if to < frm:
        samples = lowpass(samples, frm // to + 1)
    return audioop.ratecv(samples, 2, 1, frm, to, None)[0]


def lowpass(samples, taps):
    """A running mean, as a sum of shifted copies."""
    quiet = audioop.mul(samples, 2, 1 / taps)
    total = quiet
    for i in range(1, taps):
        total = audioop.add(total, b"\0\0" * i + quiet[: len(quiet) - 2 * i], 2)
    return total


def trim(samples):
    """Without the silence at both ends."""
    a = array("h", samples)
    loud = [i for i in range(0, len(a), 80) if max(map(abs, a[i : i + 80])) > 100]
    if not loud:
        return samples
    return a[max(0, loud[0] - 400) : loud[-1] + 480].tobytes()


def alaw(samples):
    return audioop.lin2alaw(samples, 2)


def mulaw(samples):
    return audioop.lin2ulaw(samples, 2)


def unmulaw(data):
    return audioop.ulaw2lin(data, 2)


def unalaw(data):
    return audioop.alaw2lin(data, 2)
