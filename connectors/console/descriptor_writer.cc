#include "connectors/console/descriptor_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/platform_file.h"

namespace tenon::console {

Status DescriptorWriter::Write(const void* data, size_t bytes) {
  const auto* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(settings_.descriptor, at, bytes);
    if (written >= 0) {
      at += written;
      bytes -= static_cast<size_t>(written);
      bytes_ += written;
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd ready{.fd = settings_.descriptor, .events = POLLOUT, .revents = 0};
      static_cast<void>(::poll(&ready, 1, -1));
      continue;
    }
    if (errno == EPIPE) {
      if (settings_.reader_gone != nullptr) settings_.reader_gone->store(true);
      return Status::Cancelled("The reader of the output is gone");
    }
    return base::FileError("Output cannot be written", "-", errno);
  }
  return Status::Ok();
}

}  // namespace tenon::console
