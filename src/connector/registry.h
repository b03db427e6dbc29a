// The connectors that a job may use, by name and by class name. Filled by hand at the start: nothing registers itself.
//
// Adding is done by one thread; afterwards const use from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/connector.h"
#include "tenon/result.h"

namespace tenon::connector {

class Registry {
 public:
  // kAlreadyExists: another connector has the name or one of the class names. kInvalidArgument: it has no name.
  // TN3003: its info() threw.
  Status Add(std::shared_ptr<Connector> connector);

  // By name, ignoring case. kNotFound TN1011 gives the nearest name.
  Result<std::shared_ptr<Connector>> Find(std::string_view name) const;
  // By a value of the option className; a connector's own name works too. kNotFound TN1011 gives the nearest one.
  Result<std::shared_ptr<Connector>> FindByClassName(std::string_view class_name) const;

  bool Has(std::string_view name) const;
  // Sorted.
  std::vector<std::string> names() const;
  // As info() said when it was added, sorted by name.
  const std::vector<ConnectorInfo>& infos() const { return infos_; }

 private:
  std::vector<ConnectorInfo> infos_;                    // Sorted by name.
  std::vector<std::shared_ptr<Connector>> connectors_;  // Parallel to infos_.
};

}  // namespace tenon::connector
