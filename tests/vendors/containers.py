"""Packed sounds, read as far as a vendor's limits need: FLAC and Ogg Opus say their rate, channels
and length themselves."""
import struct

GRANULES = 48000  # of Opus in Ogg, a second


class ContainerFault(Exception):
    """Why this is no such file."""


class Packed:
    def __init__(self, rate, channels, seconds):
        self.rate, self.channels, self.seconds = rate, channels, seconds


def read_flac(data):
    """By STREAMINFO, which comes first."""
    if data[:4] != b"fLaC" or len(data) < 42 or data[4] & 0x7F != 0 or data[5:8] != b"\0\0\x22":
        raise ContainerFault("no FLAC stream")
    figures = int.from_bytes(data[18:26], "big")
    rate, channels = figures >> 44, (figures >> 41 & 7) + 1
    if rate == 0:
        raise ContainerFault("a FLAC stream of 0 Hz")
    return Packed(rate, channels, (figures & (1 << 36) - 1) / rate)


def pages(data):
    """(granule position, body) of each page of an Ogg file."""
    at = 0
    while at < len(data):
        if data[at : at + 4] != b"OggS" or at + 27 > len(data):
            raise ContainerFault("no Ogg page at %d" % at)
        sizes = data[at + 27 : at + 27 + data[at + 26]]
        body = at + 27 + len(sizes)
        end = body + sum(sizes)
        if len(sizes) != data[at + 26] or end > len(data):
            raise ContainerFault("an Ogg page is cut off")
        yield struct.unpack_from("<q", data, at + 6)[0], data[body:end]
        at = end


def read_opus(data):
    """By OpusHead and by the last page's position."""
    found = list(pages(data))
    head = found[0][1] if found else b""
    if head[:8] != b"OpusHead" or len(head) < 19:
        raise ContainerFault("no Opus in the Ogg file")
    channels, skip, rate = head[9], *struct.unpack_from("<HI", head, 10)
    last = max((g for g, _ in found if g >= 0), default=0)
    return Packed(rate, channels, max(0, last - skip) / GRANULES)
