#include "columnar/arrow/module.h"

#include "columnar/arrow/functions.h"

extern "C" __attribute__((visibility("default"))) const void* tenon_arrow_module() {
  namespace module = tenon::columnar::arrow_module;
  static constexpr tenon::columnar::ArrowModule kModule = {
      .version = tenon::columnar::kArrowModuleVersion,
      .normalise = module::Normalise,
      .check_untrusted = module::CheckUntrusted,
      .validate_column = module::ValidateColumn,
      .concatenate = module::Concatenate,
      .filter = module::Filter,
      .take_rows = module::TakeRows,
      .create_ipc_file = module::CreateIpcFile,
      .open_ipc_file = module::OpenIpcFile,
      .make_ipc_stream = module::MakeIpcStream};
  return &kModule;
}
