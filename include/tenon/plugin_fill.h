/* For plug-ins written in C: gives a table to the host, no more of it than the host has room for.
 *
 *   const tenon_reader table = {sizeof table, self, next, release};
 *   tenon_fill(out, &table, sizeof table);
 *
 * C11 and C++; any thread. */
#pragma once

#include <stdint.h>
#include <string.h>

/* `out` is a table of plugin.h whose first member, its size, the host has set. */
static inline void tenon_fill(void* out, const void* table, uint32_t size) {
  uint32_t room;
  memcpy(&room, out, sizeof room);
  if (size < room) room = size;
  memcpy(out, table, room);
  memcpy(out, &room, sizeof room);
}
