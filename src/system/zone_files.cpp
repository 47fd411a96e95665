#include "system/zone_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"
#include "domain/zone_file.h"
#include "domain/zone_suggestion.h"

namespace slotflow {
namespace {

constexpr std::size_t kLargestZoneFile = 1024 * 1024;  // bytes; those of tzdata have 4 KiB at most

// Only such names: others could leave the folder. What else is in it (posix/, zone.tab) begins with
// a small letter.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.front() < 'A' || name.front() > 'Z') return false;
  return std::ranges::all_of(split(name, '/'), [](std::string_view part) {
    return !part.empty() && is_letter(part.front()) && std::ranges::all_of(part, [](char c) {
      return is_letter_or_digit(c) || c == '_' || c == '+' || c == '-';
    });
  });
}

std::string first_bytes_of(const std::filesystem::path& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(most, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(most));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

std::optional<Zone> read_zone(const std::string& folder, const std::string& name) {
  if (!is_zone_name(name)) return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(folder) / name;
  std::error_code error;
  const auto size =
      std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  if (error || size == 0 || size > kLargestZoneFile) return std::nullopt;
  return parse_zone_file(name, first_bytes_of(path, static_cast<std::size_t>(size)));
}

}  // namespace

void ZoneFiles::require() const {
  if (read_zone(folder_, "Europe/London") || read_zone(folder_, "America/New_York")) return;
  throw Error(ErrorCode::io_error, "cannot read time zones: there are none in " + folder_,
              "install tzdata");
}

Zone ZoneFiles::find(std::string_view field, const std::string& name) const {
  if (std::optional<Zone> zone = read_zone(folder_, name)) return *std::move(zone);
  // The responses of the API have no hint: it is in the message.
  std::string message(field);
  message += ": expected an IANA time zone such as America/New_York, got " + in_quotes(name);
  const std::string meant = did_you_mean(suggested_zone(name, names()));
  throw Error(ErrorCode::validation_error, meant.empty() ? message : message + ": " + meant);
}

std::vector<std::string> ZoneFiles::names() const {
  using Iterator = std::filesystem::recursive_directory_iterator;
  std::vector<std::string> names;
  std::error_code error;
  for (Iterator i(folder_, error); !error && i != Iterator(); i.increment(error)) {
    const std::string name = i->path().lexically_relative(folder_).generic_string();
    if (!is_zone_name(name)) {
      i.disable_recursion_pending();
    } else if (i->is_regular_file(error) &&
               first_bytes_of(i->path(), kZoneFileMagic.size()) == kZoneFileMagic) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace slotflow
