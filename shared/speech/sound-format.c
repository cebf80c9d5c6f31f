#include "speech/sound-format.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "wire/mp3.h"

/* ---- marks ----------------------------------------------------------------------------------- */

#define TEXT_LOOK  512 /* bytes that tell text from sound */
#define UTF16_LOOK 8   /* letters */

static const struct {
    size_t at;
    const char *mark;
    size_t len;
    enum sound_format format;
} marks[] = {
    {0, "RIFF", 4, SOUND_WAV},
    {0, "RF64", 4, SOUND_WAV},
    {0, "OggS", 4, SOUND_OGG},
    {0, "fLaC", 4, SOUND_FLAC},
    {0, "\x1a\x45\xdf\xa3", 4, SOUND_WEBM},
    {4, "ftypqt", 6, SOUND_OTHER}, /* QuickTime */
    {4, "ftyphe", 6, SOUND_OTHER}, /* HEIC, HEVC */
    {4, "ftypmif", 7, SOUND_OTHER},
    {4, "ftypmsf", 7, SOUND_OTHER},
    {4, "ftypavi", 7, SOUND_OTHER}, /* AVIF */
    {4, "ftypcrx", 7, SOUND_OTHER},
    {4, "ftypjp", 6, SOUND_OTHER},
    {4, "ftyp3g", 6, SOUND_OTHER}, /* 3GP: AMR */
    {4, "ftyp", 4, SOUND_MP4},
    {4, "moov", 4, SOUND_OTHER}, /* QuickTime without its first box */
    {4, "mdat", 4, SOUND_OTHER},
    {4, "wide", 4, SOUND_OTHER},
    {4, "free", 4, SOUND_OTHER},
    {4, "skip", 4, SOUND_OTHER},
    {4, "pnot", 4, SOUND_OTHER},
    {4, "styp", 4, SOUND_OTHER},
    {4, "moof", 4, SOUND_OTHER},
    {4, "jP  ", 4, SOUND_OTHER},
    {0, "\0\0\1\xba", 4, SOUND_OTHER}, /* MPEG program stream, and its video alone */
    {0, "\0\0\1\xb3", 4, SOUND_OTHER},
    {0, "\x7f\xfe\x80\x01", 4, SOUND_OTHER}, /* DTS */
    {0, ".RMF", 4, SOUND_OTHER},
    {0, ".ra\xfd", 4, SOUND_OTHER},
    {0, "MPCK", 4, SOUND_OTHER},
    {0, "MP+", 3, SOUND_OTHER},
    {0, "ajkg", 4, SOUND_OTHER}, /* Shorten */
    {0, "DSD ", 4, SOUND_OTHER},
    {0, "FRM8", 4, SOUND_OTHER},
    {0, "IMPM", 4, SOUND_OTHER},
    {0, "FWS", 3, SOUND_OTHER},
    {0, "CWS", 3, SOUND_OTHER},
    {0, "RIFX", 4, SOUND_OTHER},
    {0, "riff\x2e\x91\xcf\x11", 8, SOUND_OTHER}, /* Wave64 */
    {0, "FORM", 4, SOUND_OTHER},                 /* AIFF */
    {0, "caff", 4, SOUND_OTHER},
    {0, ".snd", 4, SOUND_OTHER},
    {0, "dns.", 4, SOUND_OTHER},
    {0, "#!AMR", 5, SOUND_OTHER},
    {0, "#!SILK", 6, SOUND_OTHER},
    {0, "\x02#!SILK", 7, SOUND_OTHER},
    {0, "MThd", 4, SOUND_OTHER},
    {0, "wvpk", 4, SOUND_OTHER},
    {0, "MAC ", 4, SOUND_OTHER},
    {0, "TTA1", 4, SOUND_OTHER},
    {0, "ADIF", 4, SOUND_OTHER},
    {0, "NIST_1A", 7, SOUND_OTHER},
    {0, "Creative Voice", 14, SOUND_OTHER},
    {0, "FLV\x01", 4, SOUND_OTHER},
    {0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", 8, SOUND_OTHER}, /* WMA */
    {0, "\x89PNG", 4, SOUND_OTHER},
    {0, "\xff\xd8\xff", 3, SOUND_OTHER}, /* JPEG */
    {0, "GIF8", 4, SOUND_OTHER},
    {0, "II*\0", 4, SOUND_OTHER},
    {0, "MM\0*", 4, SOUND_OTHER},
    {0, "%PDF", 4, SOUND_OTHER},
    {0,
     "\x7f"
     "ELF",
     4, SOUND_OTHER},
    {0, "PK\3\4", 4, SOUND_OTHER},
    {0, "\x1f\x8b\x08", 3, SOUND_OTHER}, /* gzip */
    {0, "BZh", 3, SOUND_OTHER},
    {0,
     "\xfd"
     "7zXZ",
     5, SOUND_OTHER},
    {0, "7z\xbc\xaf\x27\x1c", 6, SOUND_OTHER},
    {0, "Rar!\x1a", 5, SOUND_OTHER},
    {0, "\x28\xb5\x2f\xfd", 4, SOUND_OTHER}, /* zstd */
    {0, "\x04\x22\x4d\x18", 4, SOUND_OTHER}, /* lz4 */
    {0, "MSCF", 4, SOUND_OTHER},
    {257, "ustar", 5, SOUND_OTHER},
    {0, "\xd4\xc3\xb2\xa1", 4, SOUND_OTHER}, /* pcap, in both orders and with nanoseconds */
    {0, "\xa1\xb2\xc3\xd4", 4, SOUND_OTHER},
    {0, "\x4d\x3c\xb2\xa1", 4, SOUND_OTHER},
    {0, "\xa1\xb2\x3c\x4d", 4, SOUND_OTHER},
    {0, "\x0a\x0d\x0d\x0a", 4, SOUND_OTHER}, /* pcapng */
    {0, "SQLite format 3", 15, SOUND_OTHER},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, SOUND_OTHER}, /* Word, Excel */
    {0, "8BPS", 4, SOUND_OTHER},
    {0, "\0asm", 4, SOUND_OTHER},
    {0, "\xca\xfe\xba\xbe", 4, SOUND_OTHER},
    {0, "\xcf\xfa\xed\xfe", 4, SOUND_OTHER},
    {0, "MZ\x90\0", 4, SOUND_OTHER},
    {0, "wOF", 3, SOUND_OTHER},
    {0, "\xef\xbb\xbf", 3, SOUND_OTHER},
};

/* AAC without a container (ISO 13818-7): one frame behind the other. */
static bool is_adts(const unsigned char *p, size_t n)
{
    if (n < 7 || p[0] != 0xff || (p[1] & 0xf6) != 0xf0 || (p[2] >> 2 & 15) > 12)
        return false;
    size_t frame = (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;
    if (frame < 7)
        return false;
    return n < frame + 2 || (p[frame] == 0xff && (p[frame + 1] & 0xf6) == 0xf0);
}

/* AAC in LOAS (ISO 14496-3): one frame behind the other. */
static bool is_loas(const unsigned char *p, size_t n)
{
    if (n < 3 || p[0] != 0x56 || (p[1] & 0xe0) != 0xe0)
        return false;
    size_t frame = 3 + ((size_t)(p[1] & 0x1f) << 8 | p[2]);
    return n >= frame + 2 && p[frame] == 0x56 && (p[frame + 1] & 0xe0) == 0xe0;
}

/* AC-3 and E-AC-3 (ATSC A/52): a rate, and a version that there is. */
static bool is_ac3(const unsigned char *p, size_t n)
{
    return n >= 6 && p[0] == 0x0b && p[1] == 0x77 && p[5] >> 3 <= 16 &&
           (p[5] >> 3 > 10 || (p[4] >> 6 != 3 && (p[4] & 0x3f) < 38));
}

#define TS_PACKET 188

/* An MPEG transport stream, in which each packet begins with the same byte; some lead with four of
 * time. */
static bool is_transport(const unsigned char *p, size_t n)
{
    for (size_t lead = 0; lead <= 4; lead += 4) {
        size_t packet = TS_PACKET + lead;
        if (n > lead + packet && p[lead] == 0x47 && p[lead + packet] == 0x47 &&
            (n <= lead + 2 * packet || p[lead + 2 * packet] == 0x47))
            return true;
    }
    return false;
}

/* Behind its two letters the length of the file and four bytes that are zero. */
static bool is_bmp(const unsigned char *p, size_t n)
{
    return n >= 14 && memcmp(p, "BM", 2) == 0 && memcmp(p + 6, "\0\0\0\0", 4) == 0 && p[12] == 0 &&
           p[13] == 0;
}

static bool is_marked_frame(const unsigned char *p, size_t n)
{
    return is_adts(p, n) || is_loas(p, n) || is_ac3(p, n) || is_transport(p, n) || is_bmp(p, n);
}

/* Sound has bytes that text cannot have; but a line at one level may have it all the same. */
static bool is_text(const unsigned char *p, size_t n)
{
    size_t look = n < TEXT_LOOK ? n : text_cut((const char *)p, n, TEXT_LOOK);

    if (n < 2 || (look > 4 && memcmp(p, p + 2, look - 2) == 0))
        return false;
    for (size_t i = 0; i < look; i++)
        if ((p[i] < ' ' && strchr("\t\n\r\f", p[i]) == NULL) || p[i] == '\0' || p[i] == 0x7f)
            return false;
    return look > 0 && text_is_utf8((const char *)p, look);
}

/* A byte order mark alone may be a sample; Latin or Cyrillic behind it is none. */
static bool is_utf16(const unsigned char *p, size_t n)
{
    bool little = n >= 4 && p[0] == 0xff && p[1] == 0xfe;
    bool big = n >= 4 && p[0] == 0xfe && p[1] == 0xff;

    if (!little && !big)
        return false;
    for (size_t i = 2; i + 1 < n && i < 2 + 2 * UTF16_LOOK; i += 2) {
        unsigned c = little ? p[i] | (unsigned)p[i + 1] << 8 : p[i + 1] | (unsigned)p[i] << 8;
        if (c >= 0x530 || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
            return false;
    }
    return true;
}

static enum sound_format by_mark(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (n >= marks[i].at + marks[i].len &&
            memcmp(p + marks[i].at, marks[i].mark, marks[i].len) == 0)
            return marks[i].format;
    if (mp3_is(p, n))
        return SOUND_MP3;
    return is_marked_frame(p, n) || is_text(p, n) || is_utf16(p, n) ? SOUND_OTHER : SOUND_BARE;
}

/* ---- what came with it ----------------------------------------------------------------------- */

enum told { TOLD_NOTHING, TOLD_BARE, TOLD_MP3, TOLD_OTHER };

static enum told by_type(const char *type)
{
    static const char *const nothing = "application/octet-stream binary/octet-stream "
                                       "application/binary application/x-binary";
    static const char *const bare = "audio/l16 audio/pcm audio/x-pcm audio/raw audio/x-raw "
                                    "audio/s16le audio/x-s16le audio/x-l16 audio/x-linear16 "
                                    "audio/linear16 audio/x-slin audio/slin";
    static const char *const mp3 = "audio/mpeg audio/mp3 audio/mpeg3 audio/x-mp3 audio/x-mpeg "
                                   "audio/x-mpeg-3 audio/mpa";

    if (type == NULL || *type == '\0' || text_lists(nothing, type))
        return TOLD_NOTHING;
    if (text_lists(bare, type))
        return TOLD_BARE;
    return text_lists(mp3, type) ? TOLD_MP3 : TOLD_OTHER;
}

static enum told by_name(const char *filename)
{
    static const char *const other[] = {
        "wav",  "wave", "wv",   "w64",  "ogg",  "oga",    "opus",   "spx",  "flac", "webm",  "mkv",
        "mka",  "mp4",  "m4a",  "m4b",  "mov",  "aac",    "3gp",    "3g2",  "amr",  "awb",   "aif",
        "aiff", "aifc", "au",   "snd",  "caf",  "wma",    "asf",    "avi",  "mp2",  "mid",   "midi",
        "voc",  "ape",  "gsm",  "g722", "g729", "ulaw",   "alaw",   "ul",   "al",   "mulaw", "silk",
        "txt",  "json", "html", "htm",  "xml",  "csv",    "md",     "yaml", "yml",  "js",    "srt",
        "pdf",  "doc",  "docx", "jpg",  "jpeg", "png",    "gif",    "bmp",  "webp", "svg",   "tif",
        "ts",   "m2ts", "ac3",  "eac3", "dts",  "qt",     "mpg",    "ra",   "rm",   "mpc",   "heif",
        "avif", "rtf",  "xls",  "xlsx", "pcap", "pcapng", "sqlite", "exe",  "tiff", "heic",  "ico",
        "zip",  "gz",   "tgz",  "tar",  "7z",   "rar",    "bz2",    "xz",
    };
    const char *dot = filename == NULL ? NULL : strrchr(filename, '.');

    if (dot == NULL)
        return TOLD_NOTHING;
    if (strcasecmp(dot, ".mp3") == 0 || strcasecmp(dot, ".mpga") == 0)
        return TOLD_MP3;
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        if (strcasecmp(dot + 1, other[i]) == 0)
            return TOLD_OTHER;
    return TOLD_NOTHING;
}

enum sound_format sound_format_of(const struct sound_came *came)
{
    enum sound_format format = by_mark(came->data, came->n);
    enum told told = by_type(came->type);

    if (format != SOUND_BARE)
        return format;
    if (told == TOLD_NOTHING)
        told = by_name(came->filename);
    return told == TOLD_MP3 ? SOUND_MP3 : told == TOLD_OTHER ? SOUND_OTHER : SOUND_BARE;
}
