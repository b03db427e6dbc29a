#include "batch_binding.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <utility>
#include <vector>

namespace nb = nanobind;

namespace tenon::python {
namespace {

// What Python sees as tenon.Schema.
struct SchemaObject {
  SchemaPtr schema;
};

struct BatchObject {
  HeldBatch batch;
};

// One node of an exported tree: owns its children's structures and keeps the batch alive.
struct SharedNode {
  HeldBatch batch;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ArrowArray dictionary{};
};

void ReleaseNode(ArrowArray* array) {
  std::unique_ptr<SharedNode> node(static_cast<SharedNode*>(array->private_data));
  for (ArrowArray& child : node->children) {
    if (child.release) child.release(&child);  // Null: the consumer moved it out.
  }
  if (node->dictionary.release) node->dictionary.release(&node->dictionary);
  array->release = nullptr;
}

void ShareNode(const HeldBatch& batch, const ArrowArray& from, ArrowArray* out) {
  auto node = std::make_unique<SharedNode>();
  node->batch = batch;
  node->children.resize(static_cast<size_t>(from.n_children));
  for (size_t i = 0; i < node->children.size(); ++i) {
    ShareNode(batch, *from.children[i], &node->children[i]);
    node->pointers.push_back(&node->children[i]);
  }
  *out = from;  // Lengths, offset and buffers: borrowed from the batch.
  out->children = node->pointers.data();
  if (from.dictionary) {
    ShareNode(batch, *from.dictionary, &node->dictionary);
    out->dictionary = &node->dictionary;
  }
  out->release = &ReleaseNode;
  out->private_data = node.release();
}

template <typename T>
void FreeCapsule(PyObject* capsule, const char* name) {
  std::unique_ptr<T> content(static_cast<T*>(PyCapsule_GetPointer(capsule, name)));
  if (!content) {
    PyErr_Clear();
    return;
  }
  if (content->release) content->release(content.get());
}

nb::object SchemaCapsule(const Schema& schema) {
  auto content = std::make_unique<ArrowSchema>();
  ExportSchema(schema, content.get());
  PyObject* capsule = PyCapsule_New(content.get(), "arrow_schema", [](PyObject* self) {
    FreeCapsule<ArrowSchema>(self, "arrow_schema");
  });
  if (!capsule) {
    content->release(content.get());
    throw nb::python_error();
  }
  static_cast<void>(content.release());
  return nb::steal(capsule);
}

nb::object ArrayCapsule(const HeldBatch& batch) {
  auto content = std::make_unique<ArrowArray>();
  ShareArray(batch, content.get());
  PyObject* capsule = PyCapsule_New(content.get(), "arrow_array", [](PyObject* self) {
    FreeCapsule<ArrowArray>(self, "arrow_array");
  });
  if (!capsule) {
    content->release(content.get());
    throw nb::python_error();
  }
  static_cast<void>(content.release());
  return nb::steal(capsule);
}

std::vector<std::string> TypeTexts(const Schema& schema) {
  std::vector<std::string> texts;
  for (const Field& field : schema.fields()) texts.push_back(field.type.ToString());
  return texts;
}

}  // namespace

void ShareArray(const HeldBatch& batch, ArrowArray* out) { ShareNode(batch, batch->array(), out); }

nb::object ToPython(RecordBatch batch) {
  return nb::cast(BatchObject{std::make_shared<const RecordBatch>(std::move(batch))});
}

nb::object ToPython(SchemaPtr schema) { return nb::cast(SchemaObject{std::move(schema)}); }

void BindBatches(nb::module_& module) {
  nb::class_<SchemaObject>(module, "Schema",
                           "Names and types of columns. Any Arrow library takes it.")
      .def_prop_ro("names", [](const SchemaObject& self) { return self.schema->names(); })
      .def_prop_ro(
          "types", [](const SchemaObject& self) { return TypeTexts(*self.schema); },
          "Glue's type texts")
      .def("__len__", [](const SchemaObject& self) { return self.schema->size(); })
      .def("__eq__", [](const SchemaObject& self,
                        const SchemaObject& other) { return *self.schema == *other.schema; })
      .def("__repr__",
           [](const SchemaObject& self) { return "Schema(" + self.schema->ToString() + ")"; })
      .def("__arrow_c_schema__",
           [](const SchemaObject& self) { return SchemaCapsule(*self.schema); });
  nb::class_<BatchObject>(module, "RecordBatch",
                          "Some rows, column by column. Any Arrow library takes it.")
      .def_prop_ro("num_rows", [](const BatchObject& self) { return self.batch->num_rows(); })
      .def_prop_ro("schema",
                   [](const BatchObject& self) { return ToPython(self.batch->schema_ptr()); })
      .def("__len__", [](const BatchObject& self) { return self.batch->num_rows(); })
      .def("__arrow_c_schema__",
           [](const BatchObject& self) { return SchemaCapsule(self.batch->schema()); })
      .def(
          "__arrow_c_array__",
          [](const BatchObject& self, nb::handle) {
            return nb::make_tuple(SchemaCapsule(self.batch->schema()), ArrayCapsule(self.batch));
          },
          nb::arg("requested_schema") = nb::none());
}

}  // namespace tenon::python
