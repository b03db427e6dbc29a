#include "catalog/connection_kind.h"

#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::catalog {
namespace {

// As of Glue's API, those first that jobs use most.
constexpr std::string_view kKinds[] = {"JDBC",
                                       "SFTP",
                                       "MONGODB",
                                       "KAFKA",
                                       "NETWORK",
                                       "MARKETPLACE",
                                       "CUSTOM",
                                       "SALESFORCE",
                                       "VIEW_VALIDATION_REDSHIFT",
                                       "VIEW_VALIDATION_ATHENA",
                                       "GOOGLEADS",
                                       "GOOGLESHEETS",
                                       "GOOGLEANALYTICS4",
                                       "SERVICENOW",
                                       "MARKETO",
                                       "SAPODATA",
                                       "ZENDESK",
                                       "JIRACLOUD",
                                       "NETSUITEERP",
                                       "HUBSPOT",
                                       "FACEBOOKADS",
                                       "INSTAGRAMADS",
                                       "ZOHOCRM",
                                       "SALESFORCEPARDOT",
                                       "SALESFORCEMARKETINGCLOUD",
                                       "ADOBEANALYTICS",
                                       "SLACK",
                                       "LINKEDIN",
                                       "MIXPANEL",
                                       "ASANA",
                                       "STRIPE",
                                       "SMARTSHEET",
                                       "DATADOG",
                                       "WOOCOMMERCE",
                                       "INTERCOM",
                                       "SNAPCHATADS",
                                       "PAYPAL",
                                       "QUICKBOOKS",
                                       "FACEBOOKPAGEINSIGHTS",
                                       "FRESHDESK",
                                       "TWILIO",
                                       "DOCUSIGNMONITOR",
                                       "FRESHSALES",
                                       "ZOOM",
                                       "GOOGLESEARCHCONSOLE",
                                       "SALESFORCECOMMERCECLOUD",
                                       "SAPCONCUR",
                                       "DYNATRACE",
                                       "MICROSOFTDYNAMIC365FINANCEANDOPS",
                                       "MICROSOFTTEAMS",
                                       "BLACKBAUDRAISEREDGENXT",
                                       "MAILCHIMP",
                                       "GITLAB",
                                       "PENDO",
                                       "PRODUCTBOARD",
                                       "CIRCLECI",
                                       "PIPEDIVE",
                                       "SENDGRID",
                                       "AZURECOSMOS",
                                       "AZURESQL",
                                       "BIGQUERY",
                                       "BLACKBAUD",
                                       "CLOUDERAHIVE",
                                       "CLOUDERAIMPALA",
                                       "CLOUDWATCH",
                                       "CLOUDWATCHMETRICS",
                                       "CMDB",
                                       "DATALAKEGEN2",
                                       "DB2",
                                       "DB2AS400",
                                       "DOCUMENTDB",
                                       "DOMO",
                                       "DYNAMODB",
                                       "GOOGLECLOUDSTORAGE",
                                       "HBASE",
                                       "KUSTOMER",
                                       "MICROSOFTDYNAMICS365CRM",
                                       "MONDAY",
                                       "MYSQL",
                                       "OKTA",
                                       "OPENSEARCH",
                                       "ORACLE",
                                       "PIPEDRIVE",
                                       "POSTGRESQL",
                                       "SAPHANA",
                                       "SQLSERVER",
                                       "SYNAPSE",
                                       "TERADATA",
                                       "TERADATANOS",
                                       "TIMESTREAM",
                                       "TPCDS",
                                       "VERTICA"};

}  // namespace

Result<std::string> ParseConnectionKind(std::string_view text) {
  std::vector<std::string> known;
  for (const std::string_view kind : kKinds) {
    if (EqualsIgnoreCase(kind, text)) return std::string(kind);
    known.emplace_back(kind);
  }
  const std::string nearest = NearestName(text, known);
  return Status::InvalidArgument("Type of a connection is not known: type=" +
                                 base::ShortText(text, 100))
      .WithNumber(base::kErrConnectionKind)
      .WithHint(nearest.empty() ? "CUSTOM is for connectors, JDBC for databases."
                                : "Did you mean " + nearest + "?");
}

}  // namespace tenon::catalog
