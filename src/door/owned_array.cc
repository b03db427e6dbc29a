#include "door/owned_array.h"

#include <array>
#include <memory>
#include <utility>

namespace tenon::internal {
namespace {

alignas(Buffer::kAlignment) constexpr uint8_t kZeros[Buffer::kAlignment] = {};
constexpr size_t kMostBuffers = 3;

// What the private_data of an array owns.
struct ArrayNode {
  std::array<Buffer, kMostBuffers> buffers;
  std::array<const void*, kMostBuffers> pointers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;

  static void Release(ArrowArray* array) {
    const std::unique_ptr<ArrayNode> node(static_cast<ArrayNode*>(array->private_data));
    // A consumer may have moved a child out: its release is null then.
    for (ArrowArray& child : node->children) {
      if (child.release != nullptr) child.release(&child);
    }
    array->release = nullptr;
  }
};

}  // namespace

ArrowArray MakeArray(int64_t length, int64_t null_count, bool has_validity,
                     std::span<Buffer> buffers, std::vector<ArrowArray> children) {
  auto node = std::make_unique<ArrayNode>();
  for (size_t i = 0; i < buffers.size(); ++i) {
    buffers[i].Pad();
    node->buffers[i] = std::move(buffers[i]);
    node->pointers[i] = node->buffers[i].data();
    const bool may_be_null = has_validity && i == 0;
    if (node->pointers[i] == nullptr && !may_be_null) node->pointers[i] = kZeros;
  }
  node->children = std::move(children);
  node->child_pointers.reserve(node->children.size());
  for (ArrowArray& child : node->children) node->child_pointers.push_back(&child);

  ArrowArray array{};
  array.length = length;
  array.null_count = null_count;
  array.n_buffers = static_cast<int64_t>(buffers.size());
  array.n_children = static_cast<int64_t>(node->children.size());
  array.buffers = buffers.empty() ? nullptr : node->pointers.data();
  array.children = node->child_pointers.empty() ? nullptr : node->child_pointers.data();
  array.release = ArrayNode::Release;
  array.private_data = node.release();
  return array;
}

}  // namespace tenon::internal
