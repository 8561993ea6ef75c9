#pragma once
#include <zlib.h>

/* What Swift cannot import: macros with arguments. Window bits: 15 for zlib's own framing, 31 for gzip's, -15 for none. */
static inline int cz_inflate_init(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }
static inline int cz_deflate_init(z_stream *stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
