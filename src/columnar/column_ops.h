// Restructures columns by moving buffers: fields, members, elements, structs. No value is copied except validity
// bits where a parent's nulls must reach a child that does not have them yet. Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "columnar/column.h"
#include "tenon/schema.h"

namespace tenon::columnar {

// `rows` nulls of any type.
Column NullColumn(const DataType& type, int64_t rows);

// Rows [offset, offset + rows). REQUIRES: inside the column.
Column SliceColumn(const Column& column, int64_t offset, int64_t rows);

// Field `index` of a struct; null wherever the struct is.
Column TakeField(const Column& structure, int index);
// The same, but where the struct is null anything may stand: for WithFields of the same struct.
Column StoredField(const Column& structure, int index);
// A struct that is nowhere null. REQUIRES: fields of `rows` rows, one per name.
Column MakeStruct(std::vector<Field> fields, const std::vector<Column>& columns, int64_t rows);
// A struct with the nulls of `structure` and these fields instead of its own.
Column WithFields(const Column& structure, std::vector<Field> fields,
                  const std::vector<Column>& columns);

// A struct that is null where all of its fields are: an object that nothing was put into does not exist.
Column StructWherePresent(std::vector<Field> fields, const std::vector<Column>& columns,
                          int64_t rows);

// Values of member `index` of a choice; null where another member is selected.
Column TakeMember(const Column& choice, int index);
// A struct with one field per member, named by type: what Glue's make_struct gives. Null where the choice is.
Column MembersAsStruct(const Column& choice);
// The choice `type` whose member `index` holds the values of `column`. REQUIRES: the member's type is the column's.
Column AsMember(const Column& column, const DataType& type, int index);
// A choice of these members, of which at most one has a value in each row. REQUIRES: one per member of `type`.
Column MakeChoice(const DataType& type, const std::vector<Column>& members, int64_t rows);

// What an array stores, one element after another, those outside of a slice included: for WithElements.
Column StoredElements(const Column& array);
// The array with other elements instead. REQUIRES: as many as StoredElements(array) has.
Column WithElements(const Column& array, const Column& elements);
// The same of a map: its keys, and its values.
Column StoredKeys(const Column& map);
Column StoredValues(const Column& map);
Column WithValues(const Column& map, const Column& values);

}  // namespace tenon::columnar
