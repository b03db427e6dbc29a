#include "connectors/builtin.h"

#include "connectors/files/files.h"
#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "connectors/sqlite/sqlite.h"

namespace tenon {

std::vector<std::shared_ptr<Connector>> BuiltinConnectors() {
  return {
      files::MakeFilesConnector(),
      MakeMemoryConnector(),
      MakeSequenceConnector(),
      sqlite::MakeSqliteConnector(),
  };
}

}  // namespace tenon
