#include "job/explain.h"

#include "base/text.h"

namespace tenon::job {
namespace {

std::string Conjuncts(const std::vector<Predicate>& conjuncts) {
  std::vector<std::string> texts;
  for (const Predicate& conjunct : conjuncts) texts.push_back(conjunct.ToString());
  return base::Join(texts, " AND ");
}

std::string SourceLines(const SourceRead& source, const ReadTerms& terms) {
  std::string text = "read " + source.label + " (connector " + source.info.name + ")\n";
  text += "  schema: " + (terms.schema ? terms.schema->ToString() : "self-describing") + "\n";
  if (terms.accepted.columns) {
    text += "  columns: " + base::Join(*terms.accepted.columns, ", ") + "\n";
  }
  if (!terms.accepted.where.empty()) {
    text += "  pushed down: " + Conjuncts(terms.accepted.where) + "\n";
  }
  if (!terms.recheck.empty()) {
    text += "  checked by the engine: " + Conjuncts(terms.recheck) + "\n";
  }
  if (terms.rows >= 0) text += "  rows: about " + std::to_string(terms.rows) + "\n";
  if (!terms.detail.empty()) text += "  " + terms.detail + "\n";
  if (source.bookmarked) text += "  bookmark: " + source.context + "\n";
  return text;
}

}  // namespace

std::string ExplainPlan(const internal::PlanNode& node, const ReadTerms& terms) {
  std::string text;
  for (const internal::PlanNode* step : ChainOf(node)) {
    if (step->transform) {
      text += step->transform->Describe() + "\n";
      continue;
    }
    const SourceRead& source = *step->source;
    text += SourceLines(source, terms);
    const ReadDecision write = DecideRead(source, ActionKind::kSinkWrite);
    if (write.way != ReadWay::kStream) {
      text += "  spool: " + std::string(write.reason) + "\n";
    } else {
      text +=
          "  spool: none for a first sink write; before schema, count, show and toDF, because " +
          std::string(DecideRead(source, ActionKind::kOther).reason) + "\n";
    }
    if (!source.schema) {
      text +=
          "  spool: before a sink that needs the final schema, because the source is "
          "self-describing\n";
    }
  }
  return text;
}

}  // namespace tenon::job
