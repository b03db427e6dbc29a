// One scalar value from one type to another: the words of cast.h, value by value. Private to src/columnar.
//
// Each function gives false when the value has no counterpart. Pairs that have none at all are not written down: the
// general template at the end of each group answers for them.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace tenon::columnar::cast {

// What is read: one struct per kind of source type.
struct Truth {
  bool value;
};
struct Whole {
  int64_t value;
};
struct Single {
  float value;
};
struct Real {
  double value;
};
struct Fixed {  // A decimal, as little-endian bytes.
  const uint8_t* bytes;
  int width;
  int scale;
};
struct Text {
  std::string_view value;
};
struct Raw {
  std::string_view value;
};
struct Day {
  int64_t value;
};
struct Clock {
  int64_t value;
};
struct Instant {  // With or without a zone: sessions run in UTC.
  int64_t value;
};

bool ToTruth(Truth in, bool* out);
bool ToTruth(Whole in, bool* out);
bool ToTruth(Single in, bool* out);
bool ToTruth(Real in, bool* out);
bool ToTruth(Fixed in, bool* out);
bool ToTruth(Text in, bool* out);
template <typename In>
bool ToTruth(In, bool*) {
  return false;
}

bool ToWhole(Truth in, int64_t* out);
bool ToWhole(Whole in, int64_t* out);
bool ToWhole(Single in, int64_t* out);
bool ToWhole(Real in, int64_t* out);
bool ToWhole(Fixed in, int64_t* out);
bool ToWhole(Text in, int64_t* out);
bool ToWhole(Instant in, int64_t* out);
template <typename In>
bool ToWhole(In, int64_t*) {
  return false;
}

bool ToReal(Truth in, double* out);
bool ToReal(Whole in, double* out);
bool ToReal(Single in, double* out);
bool ToReal(Real in, double* out);
bool ToReal(Fixed in, double* out);
bool ToReal(Text in, double* out);
bool ToReal(Instant in, double* out);
template <typename In>
bool ToReal(In, double*) {
  return false;
}

// Text keeps the digits that a float has; other sources go by double, and beyond the range of float there is no value.
template <typename In>
bool ToSingle(In in, float* out) {
  double wide;
  if (!ToReal(in, &wide)) return false;
  *out = static_cast<float>(wide);
  return std::isinf(wide) || !std::isinf(*out);
}

// A number as decimal text, for StoreDecimal. Appends.
bool ToDigits(Truth in, std::string* out);
bool ToDigits(Whole in, std::string* out);
bool ToDigits(Single in, std::string* out);
bool ToDigits(Real in, std::string* out);
bool ToDigits(Fixed in, std::string* out);
bool ToDigits(Text in, std::string* out);
bool ToDigits(Instant in, std::string* out);
template <typename In>
bool ToDigits(In, std::string*) {
  return false;
}

// Reads "12.345", "-1e3", blanks around it; rounds half up to `scale`; false when it is no number or has more than
// `precision` digits. `out` takes `width` little-endian bytes.
bool StoreDecimal(std::string_view text, int precision, int scale, int width, uint8_t* out);

// The text form. Appends; nothing is appended when false is returned.
bool ToText(Truth in, std::string* out);
bool ToText(Whole in, std::string* out);
bool ToText(Single in, std::string* out);
bool ToText(Real in, std::string* out);
bool ToText(Fixed in, std::string* out);
bool ToText(Text in, std::string* out);
bool ToText(Raw in, std::string* out);
bool ToText(Day in, std::string* out);
bool ToText(Clock in, std::string* out);
bool ToText(Instant in, std::string* out);

inline bool ToRaw(Text in, std::string* out) {
  out->append(in.value);
  return true;
}
inline bool ToRaw(Raw in, std::string* out) {
  out->append(in.value);
  return true;
}
template <typename In>
bool ToRaw(In, std::string*) {
  return false;
}

bool ToDay(Text in, int64_t* out);
bool ToDay(Day in, int64_t* out);
bool ToDay(Instant in, int64_t* out);
template <typename In>
bool ToDay(In, int64_t*) {
  return false;
}

bool ToClock(Text in, int64_t* out);
bool ToClock(Clock in, int64_t* out);
template <typename In>
bool ToClock(In, int64_t*) {
  return false;
}

bool ToInstant(Whole in, int64_t* out);
bool ToInstant(Single in, int64_t* out);
bool ToInstant(Real in, int64_t* out);
bool ToInstant(Fixed in, int64_t* out);
bool ToInstant(Text in, int64_t* out);
bool ToInstant(Day in, int64_t* out);
bool ToInstant(Instant in, int64_t* out);
template <typename In>
bool ToInstant(In, int64_t*) {
  return false;
}

template <typename T>
bool Narrow(int64_t wide, T* out) {
  if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max()) return false;
  *out = static_cast<T>(wide);
  return true;
}

}  // namespace tenon::columnar::cast
