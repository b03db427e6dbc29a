// Restructures columns by moving buffers: fields, members, elements, structs. No value is copied except validity
// bits where a parent's nulls must reach a child that does not have them yet. Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "columnar/column.h"
#include "tenon/result.h"

namespace tenon::columnar {

// `rows` nulls of any type.
Column NullColumn(const DataType& type, int64_t rows);

// Rows [offset, offset + rows). REQUIRES: inside the column.
Column SliceColumn(const Column& column, int64_t offset, int64_t rows);

// Field `index` of a struct; null wherever the struct is.
Column TakeField(const Column& structure, int index);
// Values of member `index` of a choice; null where another member is selected.
Column TakeMember(const Column& choice, int index);
// A struct with one field per member, named by type: what Glue's make_struct gives. Null where the choice is.
Column MembersAsStruct(const Column& choice);
// The elements of an array, of all rows one after another; see WithElements.
Column TakeElements(const Column& array);
// The array with other elements in place of TakeElements(array). REQUIRES: as many of them.
Column WithElements(const Column& array, Column elements);

// A struct that is nowhere null. REQUIRES: fields of `rows` rows, one per name.
Column MakeStruct(std::vector<Field> fields, const std::vector<Column>& columns, int64_t rows);
// A struct with the nulls of `structure` and these fields instead of its own.
Column WithFields(const Column& structure, std::vector<Field> fields,
                  const std::vector<Column>& columns);

}  // namespace tenon::columnar
