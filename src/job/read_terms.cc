#include "job/read_terms.h"

#include <algorithm>

#include "base/error_catalog.h"

namespace tenon::job {
namespace {

// Spelt as the source spells them, each once, in its order. A column the source lacks is left out:
// the transforms have refused it when the plan was made, or give nulls for it.
std::vector<std::string> InSpellingOf(const Schema& schema, const std::vector<std::string>& names) {
  std::vector<std::string> columns;
  for (const Field& field : schema.fields()) {
    const bool wanted = std::any_of(names.begin(), names.end(), [&field](const std::string& name) {
      return EqualsIgnoreCase(field.name, name);
    });
    if (wanted) columns.push_back(field.name);
  }
  return columns;
}

// A self-describing source has no schema to find the job's spelling in: it does so in its rows.
std::vector<std::string> EachOnce(const std::vector<std::string>& names) {
  std::vector<std::string> columns;
  for (const std::string& name : names) {
    const bool known = std::any_of(columns.begin(), columns.end(), [&name](const auto& column) {
      return EqualsIgnoreCase(column, name);
    });
    if (!known) columns.push_back(name);
  }
  return columns;
}

void AddColumnsOf(const Predicate& conjunct, std::vector<std::string>* columns) {
  for (const std::string& path : conjunct.Columns()) {
    std::string column = path.substr(0, path.find('.'));
    if (std::find(columns->begin(), columns->end(), column) == columns->end()) {
      columns->push_back(std::move(column));
    }
  }
}

PushDown AnswerTo(const ScanOffer& offer, size_t conjunct) {
  return conjunct < offer.where.size() ? offer.where[conjunct] : PushDown::kNone;
}

bool HoldsText(const Predicate& predicate) {
  return predicate.op == Op::kText ||
         std::any_of(predicate.args.begin(), predicate.args.end(), HoldsText);
}

Status NotTaken(const SourceRead& source, const Predicate& conjunct) {
  return Status::Unsupported("The source does not understand a condition: condition=" +
                             conjunct.ToString() + " source=" + source.label)
      .WithNumber(base::kErrTextPredicate)
      .WithHint("Write it with comparisons, AND, OR, NOT, IN, LIKE 'text%' or IS NULL.");
}

}  // namespace

std::optional<std::vector<std::string>> NeededColumns(
    const std::vector<const internal::PlanNode*>& chain) {
  std::optional<std::vector<std::string>> wanted;
  for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
    if ((*step)->input) wanted = (*step)->NeededColumns(wanted);
  }
  return wanted;
}

Result<ReadTerms> NegotiateRead(const SourceRead& source, ScanRequest interval,
                                std::optional<std::vector<std::string>> columns,
                                std::optional<int64_t> limit, const TaskContext& context) {
  ScanRequest wish = interval;
  wish.where = source.where;
  wish.limit = limit;
  // Asked without columns first: which conjuncts stay with the engine decides what it must read.
  TENON_ASSIGN_OR_RETURN(ScanOffer offer, source.source->Offer(wish, context));
  ReadTerms result;
  result.accepted = std::move(interval);
  bool all_exact = true;
  for (size_t i = 0; i < wish.where.size(); ++i) {
    const PushDown answer = AnswerTo(offer, i);
    if (answer != PushDown::kNone) result.accepted.where.push_back(wish.where[i]);
    if (answer == PushDown::kExact) continue;
    if (HoldsText(wish.where[i])) return NotTaken(source, wish.where[i]);
    all_exact = false;
    result.recheck.push_back(wish.where[i]);
  }
  result.schema = source.schema;
  if (columns) {
    for (const Predicate& conjunct : result.recheck) AddColumnsOf(conjunct, &*columns);
    wish.columns = source.schema ? InSpellingOf(*source.schema, *columns) : EachOnce(*columns);
    TENON_ASSIGN_OR_RETURN(offer, source.source->Offer(wish, context));
    if (offer.columns) {
      result.accepted.columns = wish.columns;
      result.schema = offer.schema;
    }
  }
  if (limit && offer.limit && all_exact) {
    result.accepted.limit = limit;
    result.limited = true;
  }
  result.detail = std::move(offer.detail);
  result.rows = offer.rows;
  return result;
}

}  // namespace tenon::job
