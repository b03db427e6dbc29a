#include "connector/registry.h"

#include <algorithm>
#include <exception>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::connector {
namespace {

Status NotFound(std::string_view what, std::string_view name,
                const std::vector<std::string>& known) {
  const std::string nearest = NearestName(name, known);
  std::string hint = known.empty()     ? "No connector is there."
                     : nearest.empty() ? "Known: " + base::Join(known, ", ") + "."
                                       : "Did you mean " + nearest + "?";
  return Status::NotFound("Connector is not known: " + std::string(what) + "=" +
                          base::ShortText(name, 100))
      .WithHint(std::move(hint))
      .WithNumber(base::kErrUnknownConnector);
}

Result<ConnectorInfo> InfoOf(const Connector& connector) {
  try {
    return connector.info();
  } catch (const std::exception& error) {
    return Status::Internal("Connector threw an exception: call=info what=" +
                            base::ShortText(error.what(), 200))
        .WithNumber(base::kErrPluginThrew);
  } catch (...) {
    return Status::Internal("Connector threw an exception: call=info")
        .WithNumber(base::kErrPluginThrew);
  }
}

bool HasClass(const ConnectorInfo& info, std::string_view class_name) {
  return std::find(info.class_names.begin(), info.class_names.end(), class_name) !=
         info.class_names.end();
}

}  // namespace

Status Registry::Add(std::shared_ptr<Connector> connector) {
  TENON_ASSIGN_OR_RETURN(ConnectorInfo info, InfoOf(*connector));
  if (info.name.empty())
    return Status::InvalidArgument("Connector has no name: version=" + info.version);
  for (const ConnectorInfo& other : infos_) {
    if (EqualsIgnoreCase(other.name, info.name)) {
      return Status::AlreadyExists("Two connectors have the same name: name=" + info.name +
                                   " versions=" + other.version + "," + info.version)
          .WithHint("Remove one of the two libraries from the places that are searched.");
    }
    for (const std::string& class_name : info.class_names) {
      if (HasClass(other, class_name)) {
        return Status::AlreadyExists("Two connectors have the same class name: class=" +
                                     class_name + " connectors=" + other.name + "," + info.name)
            .WithHint("Remove one of the two libraries from the places that are searched.");
      }
    }
  }
  const auto at = std::lower_bound(
      infos_.begin(), infos_.end(), info.name,
      [](const ConnectorInfo& a, const std::string& name) { return a.name < name; });
  connectors_.insert(connectors_.begin() + (at - infos_.begin()), std::move(connector));
  infos_.insert(at, std::move(info));
  return Status::Ok();
}

bool Registry::Has(std::string_view name) const {
  return std::any_of(infos_.begin(), infos_.end(),
                     [&](const ConnectorInfo& info) { return EqualsIgnoreCase(info.name, name); });
}

Result<std::shared_ptr<Connector>> Registry::Find(std::string_view name) const {
  for (size_t i = 0; i < infos_.size(); ++i) {
    if (EqualsIgnoreCase(infos_[i].name, name)) return connectors_[i];
  }
  return NotFound("name", name, names());
}

Result<std::shared_ptr<Connector>> Registry::FindByClassName(std::string_view class_name) const {
  for (size_t i = 0; i < infos_.size(); ++i) {
    if (HasClass(infos_[i], class_name)) return connectors_[i];
  }
  std::vector<std::string> known;
  for (size_t i = 0; i < infos_.size(); ++i) {
    if (EqualsIgnoreCase(infos_[i].name, class_name)) return connectors_[i];
    known.insert(known.end(), infos_[i].class_names.begin(), infos_[i].class_names.end());
    known.push_back(infos_[i].name);
  }
  return NotFound("className", class_name, known);
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const ConnectorInfo& info : infos_) names.push_back(info.name);
  return names;
}

}  // namespace tenon::connector
