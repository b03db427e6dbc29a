/* A connector in plain C: a source of words and a sink that counts rows into a file. plugin.h only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/plugin.h"
#include "tenon/plugin_fill.h"

#define INVALID_ARGUMENT 1
#define UNAVAILABLE 5

static const char* const kWords[] = {"tenon", "mortise", "dovetail"};
#define WORDS 3

static void free_bytes(tenon_bytes* bytes) { free(bytes->owner); }

static void give_bytes(const char* text, tenon_bytes* out) {
  char* copy = strdup(text);
  tenon_bytes bytes = {copy, copy ? strlen(copy) : 0, copy, free_bytes};
  *out = bytes;
}

static int32_t fail(int32_t code, const char* text, tenon_error* error) {
  give_bytes(text, &error->message);
  return code;
}

/* The value of an option as text, "" when it is absent. The caller frees it. */
static char* option(tenon_options options, const char* name) {
  for (size_t i = 0; i < options.count; ++i) {
    const tenon_option* item = &options.items[i];
    if (item->name.size == strlen(name) && memcmp(item->name.data, name, item->name.size) == 0) {
      return strndup(item->value.data ? item->value.data : "", item->value.size);
    }
  }
  return strdup("");
}

/* --- One column of text as Arrow C Data ------------------------------------------------------- */

static void release_schema(struct ArrowSchema* schema) {
  if (schema->n_children > 0) {
    if (schema->children[0]->release) schema->children[0]->release(schema->children[0]);
    free(schema->children[0]);
    free(schema->children);
  }
  schema->release = NULL;
}

static void make_schema(struct ArrowSchema* out) {
  struct ArrowSchema word = {"u",  "word",         NULL, ARROW_FLAG_NULLABLE, 0, NULL,
                             NULL, release_schema, NULL};
  struct ArrowSchema row = {"+s", "", NULL, 0, 1, NULL, NULL, release_schema, NULL};
  row.children = malloc(sizeof *row.children);
  row.children[0] = malloc(sizeof word);
  *row.children[0] = word;
  *out = row;
}

static void release_array(struct ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; ++i) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  for (int64_t i = 1; i < array->n_buffers; ++i) free((void*)array->buffers[i]);
  free(array->children);
  free(array->buffers);
  array->release = NULL;
}

static void make_array(struct ArrowArray* out) {
  int32_t offsets[WORDS + 1] = {0};
  char text[64] = "";
  for (int i = 0; i < WORDS; ++i) {
    strcat(text, kWords[i]);
    offsets[i + 1] = (int32_t)strlen(text);
  }
  struct ArrowArray words = {WORDS,         0,   0, 3, 0, calloc(3, sizeof(void*)), NULL, NULL,
                             release_array, NULL};
  words.buffers[1] = memcpy(malloc(sizeof offsets), offsets, sizeof offsets);
  words.buffers[2] = strdup(text);
  struct ArrowArray rows = {WORDS,         0,   0, 1, 1, calloc(1, sizeof(void*)), NULL, NULL,
                            release_array, NULL};
  rows.children = malloc(sizeof *rows.children);
  rows.children[0] = memcpy(malloc(sizeof words), &words, sizeof words);
  *out = rows;
}

/* --- Reading: one partition that gives its words `times` times --------------------------------- */

typedef struct reader {
  long batches_left;
  int schema_sent;
} reader;

static int32_t reader_next(void* self, struct ArrowSchema* schema, struct ArrowArray* array,
                           tenon_error* error) {
  reader* r = self;
  (void)error;
  if (r->batches_left == 0) return 0; /* array->release is NULL: the end. */
  --r->batches_left;
  if (!r->schema_sent) make_schema(schema);
  r->schema_sent = 1;
  make_array(array);
  return 0;
}

static void reader_release(tenon_reader* table) {
  free(table->self);
  table->release = NULL;
}

static int32_t readers_open(const void* self, const tenon_partition* partition,
                            const tenon_task* task, tenon_reader* out, tenon_error* error) {
  char text[32] = "";
  (void)self;
  (void)task;
  if (partition->payload.size > 0 && partition->payload.size < sizeof text) {
    memcpy(text, partition->payload.data, partition->payload.size);
  }
  char* end = text;
  const long batches = strtol(text, &end, 10);
  if (end == text || *end != '\0' || batches < 0) {
    return fail(INVALID_ARGUMENT, "Payload is not one of words", error);
  }
  reader* r = calloc(1, sizeof *r);
  r->batches_left = batches;
  const tenon_reader table = {sizeof table, r, reader_next, reader_release};
  tenon_fill(out, &table, sizeof table);
  return 0;
}

static int32_t open_readers(void* self, tenon_options options, tenon_text state,
                            const struct ArrowSchema* schema, const tenon_task* task,
                            tenon_reader_factory* out, tenon_error* error) {
  const tenon_reader_factory table = {sizeof table, NULL, readers_open, NULL};
  (void)self, (void)options, (void)state, (void)schema, (void)task, (void)error;
  tenon_fill(out, &table, sizeof table);
  return 0;
}

typedef struct scan {
  char times[32];
  int given;
  tenon_partition partition;
} scan;

static int32_t scan_next_partitions(void* self, const tenon_task* task, tenon_partition_list* out,
                                    tenon_error* error) {
  scan* s = self;
  (void)task, (void)error;
  if (s->given) return 0;
  s->given = 1;
  const tenon_text payload = {s->times, strlen(s->times)};
  const tenon_partition partition = {sizeof partition, 0, payload, -1, -1, NULL, 0};
  s->partition = partition;
  const tenon_partition_list list = {&s->partition, 1, NULL, NULL};
  *out = list;
  return 0;
}

static int32_t scan_state(const void* self, tenon_bytes* bytes, struct ArrowSchema* schema,
                          tenon_error* error) {
  (void)self, (void)bytes, (void)error;
  make_schema(schema);
  return 0;
}

static void scan_release(tenon_scan* table) {
  free(table->self);
  table->release = NULL;
}

static int32_t source_schema(void* self, const tenon_task* task, struct ArrowSchema* out,
                             tenon_error* error) {
  (void)self, (void)task, (void)error;
  make_schema(out);
  return 0;
}

static int32_t source_plan(void* self, const tenon_scan_request* accepted, const tenon_task* task,
                           tenon_scan* out, tenon_error* error) {
  (void)accepted, (void)task, (void)error;
  scan* s = calloc(1, sizeof *s);
  snprintf(s->times, sizeof s->times, "%s", (const char*)self);
  const tenon_scan table = {sizeof table, s,    scan_next_partitions, scan_state, NULL,
                            NULL,         NULL, scan_release};
  tenon_fill(out, &table, sizeof table);
  return 0;
}

static void source_release(tenon_source* table) {
  free(table->self);
  table->release = NULL;
}

static int32_t open_source(void* self, tenon_options options, const tenon_task* task,
                           tenon_source* out, tenon_error* error) {
  char* times = option(options, "times");
  char* end = times;
  (void)self, (void)task;
  const long value = strtol(times, &end, 10);
  if (end == times || *end != '\0' || value < 0) {
    free(times);
    return fail(INVALID_ARGUMENT, "Option is not a whole number: option=times", error);
  }
  const tenon_source table = {sizeof table, times,       source_schema,
                              NULL,         source_plan, source_release};
  tenon_fill(out, &table, sizeof table);
  return 0;
}

/* --- Writing: rows are counted; Commit writes the sum beside the file and renames it ------------ */

static int32_t writer_write(void* self, struct ArrowSchema* schema, struct ArrowArray* array,
                            tenon_error* error) {
  (void)error;
  *(int64_t*)self += array->length;
  if (schema && schema->release) schema->release(schema);
  array->release(array);
  return 0;
}

static int32_t writer_commit(void* self, tenon_bytes* message, tenon_error* error) {
  char text[32];
  (void)error;
  snprintf(text, sizeof text, "%lld", (long long)*(int64_t*)self);
  give_bytes(text, message);
  return 0;
}

static void writer_release(tenon_writer* table) {
  free(table->self);
  table->release = NULL;
}

static int32_t writers_open(const void* self, int32_t partition, int32_t attempt,
                            const tenon_task* task, tenon_writer* out, tenon_error* error) {
  const tenon_writer table = {sizeof table, calloc(1, sizeof(int64_t)), writer_write, writer_commit,
                              writer_release};
  (void)self, (void)partition, (void)attempt, (void)task, (void)error;
  tenon_fill(out, &table, sizeof table);
  return 0;
}

static int32_t open_writers(void* self, tenon_options options, tenon_text sink_state,
                            const tenon_task* task, tenon_writer_factory* out, tenon_error* error) {
  const tenon_writer_factory table = {sizeof table, NULL, writers_open, NULL};
  (void)self, (void)options, (void)sink_state, (void)task, (void)error;
  tenon_fill(out, &table, sizeof table);
  return 0;
}

/* There is no register: a rerun counts again. */
static int32_t sink_commit_class(const void* self) {
  (void)self;
  return 0;
}

static int32_t sink_commit(void* self, uint64_t seq, tenon_text covers, const tenon_text* messages,
                           size_t message_count, const tenon_task* task, tenon_error* error) {
  const char* path = self;
  long long rows = 0;
  char temporary[4096], number[32];
  (void)seq, (void)covers, (void)task;
  for (size_t i = 0; i < message_count; ++i) {
    snprintf(number, sizeof number, "%.*s", (int)messages[i].size, messages[i].data);
    rows += atoll(number);
  }
  snprintf(temporary, sizeof temporary, "%s.tmp", path);
  FILE* file = fopen(temporary, "w");
  const int written = file && fprintf(file, "%lld\n", rows) > 0;
  if (file && fclose(file) == 0 && written && rename(temporary, path) == 0) return 0;
  return fail(UNAVAILABLE, "The count cannot be written", error);
}

static void sink_release(tenon_sink* table) {
  free(table->self);
  table->release = NULL;
}

static int32_t open_sink(void* self, tenon_options options, const tenon_write_request* request,
                         const tenon_task* task, tenon_sink* out, tenon_error* error) {
  char* path = option(options, "path");
  (void)self, (void)request, (void)task;
  if (*path == '\0') {
    free(path);
    return fail(INVALID_ARGUMENT, "Option is required and missing: option=path", error);
  }
  const tenon_sink table = {sizeof table, path, sink_commit_class, NULL,
                            NULL,         NULL, sink_commit,       sink_release};
  tenon_fill(out, &table, sizeof table);
  return 0;
}

/* --- The connector ----------------------------------------------------------------------------- */

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }

static const tenon_info* info(const void* self) {
  static const tenon_info kInfo = {
      .size = sizeof(tenon_info),
      .door_version = TENON_DOOR_VERSION,
      .name = TEXT("words"),
      .version = TEXT("1"),
      .help = TEXT("Words out, row counts in: an example in C."),
      .options_schema =
          TEXT("{\"type\":\"object\",\"properties\":{\"times\":{\"type\":\"integer\"}}}"),
      .sink_options_schema =
          TEXT("{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}}}"),
      .can_read = 1,
      .can_write = 1,
      .replayable = 1,
      .remote = 1};
  (void)self;
  return &kInfo;
}

TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version, tenon_connector* out,
                                          tenon_error* error) {
  const tenon_connector table = {.size = sizeof table,
                                 .info = info,
                                 .open_source = open_source,
                                 .open_readers = open_readers,
                                 .open_sink = open_sink,
                                 .open_writers = open_writers};
  (void)host_door_version, (void)error;
  tenon_fill(out, &table, sizeof table);
  return 0;
}
