// A parser to a tree, a compiler to instructions, and Thompson's simulation of these.
#include "local_server/types/pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

namespace kplane::testing::server {
namespace {

constexpr char32_t kLast = 0x10FFFF;
constexpr int kUnlimited = -1;
constexpr int kMostRepeats = 1000;
constexpr std::size_t kMostDepth = 250;
constexpr std::size_t kMostInstructions = 20'000;

using Ranges = std::vector<std::pair<char32_t, char32_t>>;

struct Set {
  Ranges ranges{};
  bool negated = false;
  [[nodiscard]] bool has(char32_t c) const {
    const bool in = std::any_of(ranges.begin(), ranges.end(),
                                [&](const auto& range) { return c >= range.first && c <= range.second; });
    return in != negated;
  }
};

enum class Look { text_start, text_end, line_start, line_end, word, no_word };

struct PatternNode {
  enum class Kind { empty, set, look, sequence, choice, repeat };
  Kind kind = Kind::empty;
  Set set{};
  Look look = Look::text_start;
  std::vector<PatternNode> children{};
  int least = 0;
  int most = 0;
};

struct Flags {
  bool ignores_case = false;
  bool dot_takes_newline = false;
  bool multiline = false;
};

char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  const int more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  char32_t c = more == 0 ? first : first & (0x3FU >> static_cast<unsigned>(more));
  for (int i = 0; i < more && at < text.size() && (byte(at) & 0xC0U) == 0x80U; ++i) c = c << 6U | (byte(at++) & 0x3FU);
  return c;
}

Ranges complement(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end());
  Ranges rest;
  char32_t from = 0;
  for (const auto& [low, high] : ranges) {
    if (low > from) rest.emplace_back(from, low - 1);
    from = std::max(from, static_cast<char32_t>(high + 1));
  }
  if (from <= kLast) rest.emplace_back(from, kLast);
  return rest;
}

const Ranges* class_of(char name) {
  static const Ranges digits = {{'0', '9'}};
  static const Ranges words = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  static const Ranges spaces = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
  return name == 'd' ? &digits : name == 'w' ? &words : name == 's' ? &spaces : nullptr;
}

const Ranges* named_class(std::string_view name) {
  static const std::vector<std::pair<std::string_view, Ranges>> classes = {
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7F}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {"digit", {{'0', '9'}}},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
      {"L", {{'A', 'Z'}, {'a', 'z'}, {0x80, kLast}}},
      {"Lu", {{'A', 'Z'}}},
      {"Ll", {{'a', 'z'}}},
      {"N", {{'0', '9'}}},
      {"Nd", {{'0', '9'}}},
      {"P",
       {{'!', '#'}, {'%', '*'}, {',', '/'}, {':', ';'}, {'?', '@'}, {'[', ']'}, {'_', '_'}, {'{', '{'}, {'}', '}'}}},
      {"S", {{'$', '$'}, {'+', '+'}, {'<', '>'}, {'^', '^'}, {'`', '`'}, {'|', '|'}, {'~', '~'}}},
      {"Z", {{' ', ' '}, {0xA0, 0xA0}}},
  };
  for (const auto& [each, ranges] : classes) {
    if (each == name) return &ranges;
  }
  return nullptr;
}

[[noreturn]] void reject(const char* problem, std::string_view part) {
  throw PatternError("error parsing regexp: " + std::string(problem) + ": `" + std::string(part) + "`");
}

class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  PatternNode parse() {
    PatternNode node = choice(0);
    if (!at_end()) reject("unexpected )", text_);
    return node;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] bool looking_at(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }
  bool take(std::string_view what) {
    if (!looking_at(what)) return false;
    at_ += what.size();
    return true;
  }

  PatternNode choice(std::size_t depth) {
    if (depth > kMostDepth) reject("expression nests too deeply", text_);
    const Flags outer = flags_;
    PatternNode alternatives{PatternNode::Kind::choice};
    do {
      alternatives.children.push_back(sequence(depth));
    } while (take("|"));
    flags_ = outer;
    if (alternatives.children.size() > 1) return alternatives;
    PatternNode only = std::move(alternatives.children.front());
    return only;
  }

  PatternNode sequence(std::size_t depth) {
    PatternNode parts{PatternNode::Kind::sequence};
    while (!at_end() && text_[at_] != '|' && text_[at_] != ')') {
      if (take("\\Q")) {
        literal(parts);
        continue;
      }
      PatternNode part = atom(depth);
      parts.children.push_back(repeated(std::move(part)));
    }
    return parts;
  }

  void literal(PatternNode& parts) {
    while (!at_end() && !take("\\E")) parts.children.push_back(one(next_character(text_, at_)));
  }

  PatternNode atom(std::size_t depth) {
    const std::size_t start = at_;
    const char c = text_[at_];
    if (c == '*' || c == '+' || c == '?') reject("missing argument to repetition operator", text_.substr(at_, 1));
    if (take("(")) return group(depth, start);
    if (take("[")) return set(start);
    if (take(".")) return dot();
    if (take("^")) return look(flags_.multiline ? Look::line_start : Look::text_start);
    if (take("$")) return look(flags_.multiline ? Look::line_end : Look::text_end);
    if (take("\\")) return escaped(start);
    return one(next_character(text_, at_));
  }

  PatternNode group(std::size_t depth, std::size_t start) {
    const Flags outer = flags_;
    if (take("?")) {
      if (take("P<") || take("<")) {
        if (looking_at("=") || looking_at("!")) reject("invalid or unsupported Perl syntax", text_.substr(start, 4));
        const std::size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) reject("invalid named capture", text_.substr(start));
        at_ = end + 1;
      } else if (!read_flags(start)) {
        return {};
      }
    }
    PatternNode inside = choice(depth + 1);
    if (!take(")")) reject("missing closing )", text_);
    flags_ = outer;
    return inside;
  }

  /// @return whether a group follows, rather than the end of the flags of this one
  bool read_flags(std::size_t start) {
    bool on = true;
    for (; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '-') on = false;
      if (c == 'i') flags_.ignores_case = on;
      if (c == 's') flags_.dot_takes_newline = on;
      if (c == 'm') flags_.multiline = on;
      if (take(")")) return false;
      if (take(":")) return true;
      if (std::string_view("ismU-").find(c) == std::string_view::npos) break;
    }
    reject("invalid or unsupported Perl syntax", text_.substr(start, std::min(at_ + 1, text_.size()) - start));
  }

  PatternNode set(std::size_t start) {
    PatternNode node{PatternNode::Kind::set};
    node.set.negated = take("^");
    bool is_first = true;
    while (is_first || !looking_at("]")) {
      if (at_end()) reject("missing closing ]", text_.substr(start));
      is_first = false;
      if (!take_class(node.set.ranges)) take_range(node.set.ranges);
    }
    take("]");
    return cased(std::move(node));
  }

  bool take_class(Ranges& ranges) {
    if (looking_at("[:")) {
      const std::size_t end = text_.find(":]", at_);
      if (end == std::string_view::npos) return false;
      std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
      const bool negated = !name.empty() && name.front() == '^';
      const Ranges* found = named_class(negated ? name.substr(1) : name);
      if (found == nullptr) reject("invalid character class range", text_.substr(at_, end + 2 - at_));
      at_ = end + 2;
      add(ranges, *found, negated);
      return true;
    }
    return looking_at("\\") && take_perl_class(ranges);
  }

  bool take_perl_class(Ranges& ranges) {
    if (at_ + 1 >= text_.size()) return false;
    const char name = text_[at_ + 1];
    if (name == 'p' || name == 'P') return take_unicode_class(ranges, name == 'P');
    const bool negated = name == 'D' || name == 'W' || name == 'S';
    const Ranges* found = class_of(negated ? static_cast<char>(name - 'A' + 'a') : name);
    if (found == nullptr) return false;
    at_ += 2;
    add(ranges, *found, negated);
    return true;
  }

  bool take_unicode_class(Ranges& ranges, bool negated) {
    const std::size_t start = at_;
    at_ += 2;
    std::string_view name = text_.substr(at_, 1);
    if (take("{")) {
      const std::size_t end = std::min(text_.find('}', at_), text_.size());
      name = text_.substr(at_, end - at_);
      at_ = end;
    }
    at_ = std::min(at_ + 1, text_.size());
    const Ranges* found = named_class(name);
    if (found == nullptr) reject("invalid character class range", text_.substr(start, at_ - start));
    add(ranges, *found, negated);
    return true;
  }

  static void add(Ranges& ranges, const Ranges& more, bool negated) {
    const Ranges added = negated ? complement(more) : more;
    ranges.insert(ranges.end(), added.begin(), added.end());
  }

  void take_range(Ranges& ranges) {
    const std::size_t start = at_;
    const char32_t low = set_character();
    char32_t high = low;
    if (looking_at("-") && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
      ++at_;
      high = set_character();
    }
    if (high < low) reject("invalid character class range", text_.substr(start, at_ - start));
    ranges.emplace_back(low, high);
  }

  char32_t set_character() {
    if (at_end()) reject("missing closing ]", text_);
    const std::size_t start = at_;
    return take("\\") ? escape(start) : next_character(text_, at_);
  }

  char32_t escape(std::size_t start) {
    if (at_end()) reject("trailing backslash at end of expression", "");
    const char32_t c = next_character(text_, at_);
    static constexpr std::string_view names = "aftnrv";
    static constexpr std::string_view values = "\a\f\t\n\r\v";
    const bool is_ascii = c < 0x80;
    const std::size_t known = is_ascii ? names.find(static_cast<char>(c)) : std::string_view::npos;
    if (known != std::string_view::npos) return static_cast<unsigned char>(values[known]);
    if (c == 'x') return hexadecimal(start);
    const bool is_word = is_ascii && Set{*class_of('w')}.has(c);
    if (is_word || !is_ascii) reject("invalid escape sequence", text_.substr(start, at_ - start));
    return c;
  }

  char32_t hexadecimal(std::size_t start) {
    const bool braced = take("{");
    char32_t value = 0;
    std::size_t digits = 0;
    for (; !at_end() && digits < (braced ? 6U : 2U); ++digits, ++at_) {
      const std::size_t digit = std::string_view("0123456789abcdef").find(static_cast<char>(text_[at_] | 0x20));
      if (digit == std::string_view::npos) break;
      value = value * 16 + static_cast<char32_t>(digit);
    }
    if (digits == 0 || (braced ? !take("}") : digits != 2)) {
      reject("invalid escape sequence", text_.substr(start, std::min(at_ + 1, text_.size()) - start));
    }
    return value;
  }

  PatternNode escaped(std::size_t start) {
    if (take("A")) return look(Look::text_start);
    if (take("z")) return look(Look::text_end);
    if (take("b")) return look(Look::word);
    if (take("B")) return look(Look::no_word);
    at_ = start;
    PatternNode node{PatternNode::Kind::set};
    if (take_perl_class(node.set.ranges)) return node;
    at_ = start + 1;
    return one(escape(start));
  }

  PatternNode dot() const {
    PatternNode node{PatternNode::Kind::set};
    node.set.negated = true;
    if (!flags_.dot_takes_newline) node.set.ranges.emplace_back('\n', '\n');
    return node;
  }

  [[nodiscard]] PatternNode one(char32_t c) const {
    PatternNode node{PatternNode::Kind::set};
    node.set.ranges.emplace_back(c, c);
    return cased(std::move(node));
  }

  static PatternNode look(Look look) {
    PatternNode node{PatternNode::Kind::look};
    node.look = look;
    return node;
  }

  [[nodiscard]] PatternNode cased(PatternNode node) const {
    if (!flags_.ignores_case) return node;
    const Ranges given = node.set.ranges;
    for (const auto& [low, high] : given) {
      for (const auto& [from, to, other] : {std::tuple<char32_t, char32_t, int>{'A', 'Z', 32}, {'a', 'z', -32}}) {
        const char32_t first = std::max(low, from);
        const char32_t last = std::min(high, to);
        if (first > last) continue;
        node.set.ranges.emplace_back(static_cast<char32_t>(static_cast<int>(first) + other),
                                     static_cast<char32_t>(static_cast<int>(last) + other));
      }
    }
    return node;
  }

  PatternNode repeated(PatternNode part) {
    const std::size_t start = at_;
    int least = 0;
    int most = kUnlimited;
    if (!take_count(least, most)) return part;
    take("?");
    const std::size_t end = at_;
    if (!at_end() && (text_[at_] == '*' || text_[at_] == '+' || text_[at_] == '?')) {
      reject("invalid nested repetition operator", text_.substr(start, end + 1 - start));
    }
    PatternNode node{PatternNode::Kind::repeat};
    node.children.push_back(std::move(part));
    node.least = least;
    node.most = most;
    return node;
  }

  bool take_count(int& least, int& most) {
    if (take("*")) return true;
    if (take("+")) {
      least = 1;
      return true;
    }
    if (take("?")) {
      most = 1;
      return true;
    }
    return looking_at("{") && take_braces(least, most);
  }

  // What is no count in braces stands for itself.
  bool take_braces(int& least, int& most) {
    const std::size_t start = at_;
    ++at_;
    const int low = number();
    int high = low;
    if (low >= 0 && take(",")) high = looking_at("}") ? kUnlimited : number();
    if (low < 0 || !take("}")) {
      at_ = start;
      return false;
    }
    if (low > kMostRepeats || high > kMostRepeats || (high != kUnlimited && high < low)) {
      reject("invalid repeat count", text_.substr(start, at_ - start));
    }
    least = low;
    most = high;
    return true;
  }

  int number() {
    int value = at_end() || text_[at_] < '0' || text_[at_] > '9' ? -1 : 0;
    for (; !at_end() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = std::min(value * 10 + (text_[at_] - '0'), kMostRepeats + 1);
    }
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Flags flags_{};
};

struct Instruction {
  enum class Kind { set, look, split, jump, match };
  Kind kind = Kind::match;
  Set set{};
  Look look = Look::text_start;
  std::size_t next = 0;   ///< of a jump and a split
  std::size_t other = 0;  ///< of a split
};

using Instructions = std::vector<Instruction>;

class Compiler {
 public:
  Instructions compile(const PatternNode& node) {
    emit(node);
    push({Instruction::Kind::match});
    return std::move(made_);
  }

 private:
  std::size_t push(Instruction instruction) {
    if (made_.size() >= kMostInstructions) reject("expression too large", "");
    made_.push_back(std::move(instruction));
    return made_.size() - 1;
  }

  void emit(const PatternNode& node) {
    switch (node.kind) {
      case PatternNode::Kind::empty:
        return;
      case PatternNode::Kind::set:
        push({Instruction::Kind::set, node.set});
        return;
      case PatternNode::Kind::look:
        push({Instruction::Kind::look, {}, node.look});
        return;
      case PatternNode::Kind::sequence:
        for (const auto& child : node.children) emit(child);
        return;
      case PatternNode::Kind::choice:
        return emit_choice(node);
      case PatternNode::Kind::repeat:
        return emit_repeat(node);
    }
  }

  void emit_choice(const PatternNode& node) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const std::size_t split = push({Instruction::Kind::split});
      made_[split].next = split + 1;
      emit(node.children[i]);
      ends.push_back(push({Instruction::Kind::jump}));
      made_[split].other = made_.size();
    }
    emit(node.children.back());
    for (const std::size_t end : ends) made_[end].next = made_.size();
  }

  void emit_repeat(const PatternNode& node) {
    const PatternNode& child = node.children.front();
    for (int i = 0; i < node.least; ++i) emit(child);
    if (node.most == kUnlimited) {
      const std::size_t split = push({Instruction::Kind::split});
      emit(child);
      const std::size_t back = push({Instruction::Kind::jump});
      made_[back].next = split;
      made_[split].next = split + 1;
      made_[split].other = made_.size();
      return;
    }
    std::vector<std::size_t> splits;
    for (int i = node.least; i < node.most; ++i) {
      splits.push_back(push({Instruction::Kind::split}));
      made_[splits.back()].next = splits.back() + 1;
      emit(child);
    }
    for (const std::size_t split : splits) made_[split].other = made_.size();
  }

  Instructions made_;
};

bool is_word(std::string_view text, std::size_t at) {
  return at < text.size() && Set{*class_of('w')}.has(static_cast<unsigned char>(text[at]));
}

bool holds(Look look, std::string_view text, std::size_t at) {
  switch (look) {
    case Look::text_start:
      return at == 0;
    case Look::text_end:
      return at == text.size();
    case Look::line_start:
      return at == 0 || text[at - 1] == '\n';
    case Look::line_end:
      return at == text.size() || text[at] == '\n';
    default:
      break;
  }
  const bool is_edge = (at > 0 && is_word(text, at - 1)) != is_word(text, at);
  return is_edge == (look == Look::word);
}

/// The instructions that a match may stand before, at one place of the text.
class States {
 public:
  States(const Instructions& program, std::string_view text) : program_(program), text_(text), seen_(program.size()) {}

  void clear() {
    for (const std::size_t state : reached_) seen_[state] = false;
    reached_.clear();
    sets_.clear();
  }

  /// Adds an instruction and what follows from it without a character. @return whether the pattern has matched
  bool add(std::size_t first, std::size_t at) {
    pending_ = {first};
    while (!pending_.empty()) {
      const std::size_t state = pending_.back();
      pending_.pop_back();
      if (seen_[state]) continue;
      seen_[state] = true;
      reached_.push_back(state);
      const Instruction& instruction = program_[state];
      if (instruction.kind == Instruction::Kind::match) return true;
      if (instruction.kind == Instruction::Kind::set) sets_.push_back(state);
      if (instruction.kind == Instruction::Kind::look && holds(instruction.look, text_, at))
        pending_.push_back(state + 1);
      if (instruction.kind == Instruction::Kind::split) pending_.push_back(instruction.other);
      if (instruction.kind == Instruction::Kind::split || instruction.kind == Instruction::Kind::jump) {
        pending_.push_back(instruction.next);
      }
    }
    return false;
  }

  [[nodiscard]] const std::vector<std::size_t>& sets() const noexcept { return sets_; }

 private:
  const Instructions& program_;
  const std::string_view text_;
  std::vector<bool> seen_;
  std::vector<std::size_t> reached_;
  std::vector<std::size_t> sets_;
  std::vector<std::size_t> pending_;
};

}  // namespace

struct Pattern::Program {
  Instructions instructions{};
};

Pattern::Pattern(std::string_view text)
    : program_(std::make_shared<Program>(Program{Compiler().compile(PatternParser(text).parse())})) {}

bool Pattern::matches(std::string_view text) const {
  const Instructions& program = program_->instructions;
  States one(program, text);
  States other(program, text);
  States* now = &one;
  States* next = &other;
  std::size_t at = 0;
  while (true) {
    if (now->add(0, at)) return true;
    if (at == text.size()) return false;
    const char32_t c = next_character(text, at);
    for (const std::size_t state : now->sets()) {
      if (program[state].set.has(c) && next->add(state + 1, at)) return true;
    }
    now->clear();
    std::swap(now, next);
  }
}

}  // namespace kplane::testing::server
