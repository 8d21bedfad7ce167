// zlib, for gzip-compressed data sets. `inflateInit2` is a macro, which Swift cannot call.

#ifndef NVIT_CZLIB_SHIM_H
#define NVIT_CZLIB_SHIM_H

#include <zlib.h>

static inline int nvit_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
