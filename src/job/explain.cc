#include "job/explain.h"

#include <map>

#include "base/text.h"
#include "job/cuts.h"

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

std::string SourceSpoolLine(const SourceRead& source) {
  const ReadDecision write = DecideRead(source, ActionKind::kSinkWrite);
  if (write.way != ReadWay::kStream) return "  spool: " + std::string(write.reason) + "\n";
  return "  spool: none for a first sink write; before schema, count, show and toDF, because " +
         std::string(DecideRead(source, ActionKind::kOther).reason) + "\n";
}

// The spools of a sink write behind the source's own, by the entry of the chain they stand before.
std::multimap<size_t, std::string> CutLines(const std::vector<const internal::PlanNode*>& chain) {
  const internal::PlanNode& first = *chain.front();
  // Rows of other frames lie in spools.
  bool known =
      first.derived || DecideRead(*first.source, ActionKind::kSinkWrite).way != ReadWay::kStream;
  size_t begin = 1;
  std::multimap<size_t, std::string> lines;
  const auto note = [&](const Cut& cut, const std::string& text) {
    lines.emplace(cut.at, "  spool: before " + text + "\n");
    begin = cut.sorts() ? cut.at + 1 : cut.at;
    known = true;
  };
  const std::string reason = ", because the source is self-describing";
  while (const std::optional<Cut> cut = NextCut(chain, begin, known, false)) {
    note(*cut,
         cut->for_node->label + (cut->sorts() ? ", which needs all rows"
                                              : ", which needs the schema of all rows" + reason));
  }
  if (const std::optional<Cut> cut = NextCut(chain, begin, known, true)) {
    note(*cut, "a sink that needs the final schema" + reason);
  }
  return lines;
}

// What the chain begins with, and the steps behind it.
std::string ExplainChain(const internal::PlanNode& node, std::string text) {
  const std::vector<const internal::PlanNode*> chain = ChainOf(node);
  const std::multimap<size_t, std::string> cuts = CutLines(chain);
  for (size_t i = 0; i < chain.size(); ++i) {
    if (i > 0) text += chain[i]->Describe() + "\n";
    const auto [first, last] = cuts.equal_range(i + 1);
    for (auto cut = first; cut != last; ++cut) text += cut->second;
  }
  return text;
}

}  // namespace

std::string ExplainPlan(const internal::PlanNode& node, const ReadTerms& terms) {
  const SourceRead& source = *node.source;
  return ExplainChain(node, SourceLines(source, terms) + SourceSpoolLine(source));
}

std::string ExplainDerived(const internal::PlanNode& node, const std::vector<std::string>& inputs) {
  std::string text;
  for (const std::string& input : inputs) {
    for (const std::string_view line : base::Split(input, '\n')) {
      if (!line.empty()) text += "  " + std::string(line) + "\n";
    }
  }
  return ExplainChain(node, text + node.derived->detail + "\n");
}

}  // namespace tenon::job
