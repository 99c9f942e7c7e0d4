/**
 * thumbnails.bin: little-endian. 4 bytes 'SNDT', u32 version, u32 count, u32 longest edge in pixels, then count + 1 u64 offsets from the
 * file's start (thumbnail i lies from offset i to offset i + 1), then the encoded thumbnails, each a JPEG or a PNG by its first
 * bytes. A JPEG of up to 128 pixels an edge is its own thumbnail.
 */
export const THUMBNAILS_FILE = 'thumbnails.bin';
export const THUMBNAILS_MAGIC = 'SNDT';
export const THUMBNAILS_VERSION = 1;
export const THUMBNAILS_HEADER_BYTES = 16;
export const THUMBNAIL_EDGE = 96;
