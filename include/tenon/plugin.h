/* The binary boundary: a connector built by any compiler, in any language, as a shared library.
 *
 * The library exports one symbol, tenon_connector_init. Everything else is a table of functions with a `self`.
 *
 * Rules
 * - Every table and every struct marked "sized" starts with its size, from the header of its provider. The memory of an
 *   out table is the caller's: zeroed, its size set. The callee fills no more than that (plugin_fill.h) and sets what
 *   it filled. Either side uses what both know; what is missing is "cannot". Tables are only ever appended to.
 * - A function that can fail returns 0, or a tenon StatusCode (status.h) and fills *error. Out values are written
 *   only on 0. The receiver of an out value calls its release, if not NULL, exactly once.
 * - tenon_text is borrowed for the length of the call. tenon_bytes is owned by the receiver.
 * - No exception crosses. Threads are those of the C++ classes of the same names (source.h, sink.h, connector.h):
 *   open() of the factories is called concurrently, everything else by one thread at a time.
 * - Batches cross as Arrow C Data in the canonical layout of record_batch.h or any other Arrow layout. A library is
 *   never unloaded, so a batch may outlive the object that made it.
 * - A tenon_task lives at least as long as the object that was opened with it. Its functions take any thread.
 * Written for C11 and C++. Include connector.h and plugin_export.h instead when you write C++. */
#ifndef TENON_PLUGIN_H
#define TENON_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include "tenon/arrow_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_DOOR_VERSION 1u /* NOLINTBEGIN(readability-identifier-naming): C. */

#if defined(_WIN32)
#define TENON_EXPORT __declspec(dllexport)
#else
#define TENON_EXPORT __attribute__((visibility("default")))
#endif

typedef struct tenon_text {
  const char* data;
  size_t size;
} tenon_text;

typedef struct tenon_bytes {
  const char* data;
  size_t size;
  void* owner;
  void (*release)(struct tenon_bytes* bytes);
} tenon_bytes;

/* Sized by the caller that provides it. Filled by the callee on failure; strings may be empty. */
typedef struct tenon_error {
  uint32_t size;
  int32_t retry; /* Retry of status.h; has a meaning with kUnavailable only. */
  int64_t retry_after_ms;
  int32_t number; /* Of an error documented as TNn; else 0. */
  int32_t reserved;
  tenon_bytes message;
  tenon_bytes hint;
  tenon_bytes where;
} tenon_error;

typedef struct tenon_option {
  tenon_text name;
  tenon_text value;
  int32_t secret;
  int32_t reserved;
} tenon_option;

typedef struct tenon_options {
  const tenon_option* items;
  size_t count;
} tenon_options;

/* Sized. `payload` and hosts are borrowed when passed in; owned by the list when handed out. */
typedef struct tenon_partition {
  uint32_t size;
  int32_t splittable;
  tenon_text payload;
  int64_t rows;
  int64_t bytes;
  const tenon_text* hosts;
  size_t host_count;
} tenon_partition;

typedef struct tenon_partition_list {
  const tenon_partition* items; /* Step through them by items[0].size. */
  size_t count;
  void* owner;
  void (*release)(struct tenon_partition_list* list);
} tenon_partition_list;

/* What the host lends to a task: see task_context.h. Sized. */
typedef struct tenon_task {
  uint32_t size;
  void* self;
  int32_t (*cancelled)(void* self);
  /* `call` runs once, on the cancelling thread, at once if the task is cancelled already; it must not block. */
  uint64_t (*on_cancel)(void* self, void (*call)(void* data), void* data);
  void (*off_cancel)(void* self, uint64_t id); /* Waits for a running call. */
  void (*limits)(void* self, int64_t* max_rows, int64_t* max_bytes);
  void (*add_error)(void* self, tenon_text message, tenon_text input, tenon_text where);
  void (*count)(void* self, tenon_text metric, int64_t n);
  void (*log)(void* self, int32_t level, tenon_text text);
  int32_t (*split_wanted)(void* self);
  int32_t (*give_away)(void* self, const tenon_partition* mine, const tenon_partition* rest);
} tenon_task;

typedef enum tenon_literal_kind {
  TENON_LITERAL_NULL = 0,
  TENON_LITERAL_BOOLEAN = 1, /* long_value */
  TENON_LITERAL_LONG = 2,
  TENON_LITERAL_DOUBLE = 3,
  TENON_LITERAL_DECIMAL = 4, /* high and low */
  TENON_LITERAL_TEXT = 5
} tenon_literal_kind;

typedef struct tenon_literal {
  tenon_text type; /* "decimal(10,2)": DataType::ToString. */
  int32_t kind;
  int32_t reserved;
  int64_t long_value;
  double double_value;
  int64_t high;
  uint64_t low;
  tenon_text text;
} tenon_literal;

typedef struct tenon_predicate {
  int32_t op; /* Op of expression.h. One you do not know: answer kNone. */
  int32_t reserved;
  tenon_text column;
  const tenon_literal* values;
  size_t value_count;
  const struct tenon_predicate* args;
  size_t arg_count;
  tenon_text text;
} tenon_predicate;

/* Sized. Optional texts: data == NULL is "none". */
typedef struct tenon_scan_request {
  uint32_t size;
  int32_t wanted_partitions;
  int32_t has_columns;
  int32_t has_limit;
  const tenon_text* columns;
  size_t column_count;
  const tenon_predicate* where;
  size_t where_count;
  int64_t limit;
  tenon_text after;
  tenon_text until;
  tenon_text pin;
} tenon_scan_request;

typedef struct tenon_sort_key {
  tenon_text column;
  int32_t descending;
  int32_t nulls_first;
} tenon_sort_key;

/* Sized by the host, filled by the plug-in. schema.release == NULL: self-describing. */
typedef struct tenon_scan_offer {
  uint32_t size;
  int32_t columns;
  int32_t limit;
  int32_t reserved;
  const int32_t* where; /* PushDown of source.h, parallel to the request's. */
  size_t where_count;
  struct ArrowSchema schema;
  int64_t rows;
  int64_t bytes;
  const tenon_sort_key* order;
  size_t order_count;
  const tenon_text* partition_keys;
  size_t partition_key_count;
  tenon_text detail;
  void* owner;
  void (*release)(
      struct tenon_scan_offer* offer); /* Releases the schema too if it was not taken. */
} tenon_scan_offer;

typedef struct tenon_reader {
  uint32_t size;
  void* self;
  /* schema->release is set only when the schema differs from the previous batch's (always on the first);
   * array->release == NULL is the end. */
  int32_t (*next)(void* self, struct ArrowSchema* schema, struct ArrowArray* array,
                  tenon_error* error);
  void (*release)(struct tenon_reader* reader);
} tenon_reader;

typedef struct tenon_reader_factory {
  uint32_t size;
  void* self;
  int32_t (*open)(const void* self, const tenon_partition* partition, const tenon_task* task,
                  tenon_reader* out, tenon_error* error);
  void (*release)(struct tenon_reader_factory* factory);
} tenon_reader_factory;

typedef struct tenon_scan {
  uint32_t size;
  void* self;
  int32_t (*next_partitions)(void* self, const tenon_task* task, tenon_partition_list* out,
                             tenon_error* error);
  /* schema->release == NULL: self-describing. */
  int32_t (*state)(const void* self, tenon_bytes* bytes, struct ArrowSchema* schema,
                   tenon_error* error);
  /* *has = 0: this source keeps no position. */
  int32_t (*end)(const void* self, int32_t* has, tenon_bytes* position, tenon_error* error);
  int32_t (*pin)(const void* self, tenon_bytes* pin, tenon_error* error);
  /* out->self == NULL: none, use open_readers. The factory lives no longer than the scan. */
  int32_t (*local_readers)(const void* self, tenon_reader_factory* out, tenon_error* error);
  void (*release)(struct tenon_scan* scan);
} tenon_scan;

typedef struct tenon_source {
  uint32_t size;
  void* self;
  int32_t (*schema)(void* self, const tenon_task* task, struct ArrowSchema* out,
                    tenon_error* error);
  int32_t (*offer)(void* self, const tenon_scan_request* request, const tenon_task* task,
                   tenon_scan_offer* out, tenon_error* error);
  int32_t (*plan)(void* self, const tenon_scan_request* accepted, const tenon_task* task,
                  tenon_scan* out, tenon_error* error);
  void (*release)(struct tenon_source* source);
} tenon_source;

typedef struct tenon_sink_call {
  tenon_text home, job, sink, run, token;
} tenon_sink_call;

/* Sized. schema->release == NULL or schema == NULL: each batch carries its own. */
typedef struct tenon_write_request {
  uint32_t size;
  int32_t mode; /* WriteMode of sink.h. */
  int32_t wanted_writers;
  int32_t reserved;
  tenon_sink_call call;
  const struct ArrowSchema* schema;
  const tenon_text* keys;
  size_t key_count;
} tenon_write_request;

typedef struct tenon_writer {
  uint32_t size;
  void* self;
  /* Takes both structures over. schema->release == NULL: as the previous batch's. */
  int32_t (*write)(void* self, struct ArrowSchema* schema, struct ArrowArray* array,
                   tenon_error* error);
  int32_t (*commit)(void* self, tenon_bytes* message, tenon_error* error);
  void (*release)(struct tenon_writer* writer);
} tenon_writer;

typedef struct tenon_writer_factory {
  uint32_t size;
  void* self;
  int32_t (*open)(const void* self, int32_t partition, int32_t attempt, const tenon_task* task,
                  tenon_writer* out, tenon_error* error);
  void (*release)(struct tenon_writer_factory* factory);
} tenon_writer_factory;

typedef struct tenon_sink {
  uint32_t size;
  void* self;
  int32_t (*commit_class)(const void* self); /* CommitClass of sink.h. */
  int32_t (*state)(const void* self, tenon_bytes* out, tenon_error* error);
  int32_t (*local_writers)(const void* self, tenon_writer_factory* out, tenon_error* error);
  int32_t (*check_schema)(const void* self, const struct ArrowSchema* schema, tenon_error* error);
  int32_t (*commit)(void* self, uint64_t seq, tenon_text covers, const tenon_text* messages,
                    size_t message_count, const tenon_task* task, tenon_error* error);
  void (*release)(struct tenon_sink* sink);
} tenon_sink;

typedef struct tenon_recovery {
  uint32_t size;
  void* self;
  /* *outcome: Outcome of connector.h. */
  int32_t (*settle)(void* self, const tenon_sink_call* call, uint64_t seq, tenon_text covers,
                    const tenon_text* messages, size_t message_count, tenon_text places,
                    const tenon_task* task, int32_t* outcome, tenon_error* error);
  int32_t (*discard)(void* self, const tenon_sink_call* call, tenon_text places,
                     const tenon_text* messages, size_t message_count, const tenon_task* task,
                     tenon_error* error);
  void (*release)(struct tenon_recovery* recovery);
} tenon_recovery;

typedef struct tenon_names {
  const tenon_text* items;
  size_t count;
  tenon_text next_token;
  void* owner;
  void (*release)(struct tenon_names* names);
} tenon_names;

typedef struct tenon_catalog {
  uint32_t size;
  void* self;
  int32_t (*list_namespaces)(void* self, tenon_text token, int32_t max, const tenon_task* task,
                             tenon_names* out, tenon_error* error);
  int32_t (*list_tables)(void* self, tenon_text name_space, tenon_text token, int32_t max,
                         const tenon_task* task, tenon_names* out, tenon_error* error);
  int32_t (*describe)(void* self, tenon_text name_space, tenon_text table, const tenon_task* task,
                      struct ArrowSchema* out, tenon_error* error);
  void (*release)(struct tenon_catalog* catalog);
} tenon_catalog;

/* Sized by the plug-in. Texts live as long as the connector. Flags a host knows and this table lacks are "cannot". */
typedef struct tenon_info {
  uint32_t size;
  uint32_t door_version; /* TENON_DOOR_VERSION of the plug-in's header. */
  tenon_text name, version, help, options_schema, sink_options_schema;
  const tenon_text* class_names;
  size_t class_name_count;
  int32_t can_read, can_write, replayable, remote;
  int32_t max_readers, max_writers;
  int32_t has_recovery, has_catalog, has_connection_test;
  int32_t reserved;
} tenon_info;

/* Sized by the host before the call of tenon_connector_init; a pointer the plug-in leaves NULL is "cannot". All
 * functions may be called concurrently. */
typedef struct tenon_connector {
  uint32_t size;
  void* self;
  const tenon_info* (*info)(const void* self);
  int32_t (*open_source)(void* self, tenon_options options, const tenon_task* task,
                         tenon_source* out, tenon_error* error);
  int32_t (*open_readers)(void* self, tenon_options options, tenon_text state,
                          const struct ArrowSchema* schema, const tenon_task* task,
                          tenon_reader_factory* out, tenon_error* error);
  int32_t (*open_sink)(void* self, tenon_options options, const tenon_write_request* request,
                       const tenon_task* task, tenon_sink* out, tenon_error* error);
  int32_t (*open_writers)(void* self, tenon_options options, tenon_text sink_state,
                          const tenon_task* task, tenon_writer_factory* out, tenon_error* error);
  int32_t (*open_recovery)(void* self, tenon_options options, const tenon_task* task,
                           tenon_recovery* out, tenon_error* error);
  int32_t (*open_catalog)(void* self, tenon_options options, const tenon_task* task,
                          tenon_catalog* out, tenon_error* error);
  int32_t (*test_connection)(void* self, tenon_options options, const tenon_task* task,
                             tenon_error* error);
  void (*release)(struct tenon_connector* connector);
} tenon_connector;

/* The only exported symbol. `host_door_version` is the host's TENON_DOOR_VERSION; kUnsupported when it is too old
 * for this plug-in, with a message that says which is needed. */
typedef int32_t (*tenon_connector_init_function)(uint32_t host_door_version, tenon_connector* out,
                                                 tenon_error* error);
TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version, tenon_connector* out,
                                          tenon_error* error);

#ifdef __cplusplus /* NOLINTEND(readability-identifier-naming) */
}
#endif

#endif /* TENON_PLUGIN_H */
