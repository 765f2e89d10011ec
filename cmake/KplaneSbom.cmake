# Writes kplane.spdx.json: what the libraries and programs are linked with, as an SPDX 2.3 document, with the versions that
# were found when this was configured.
include_guard()

find_package(PkgConfig QUIET)

# kplane_sbom_version(<variable> <version that CMake found, or empty> <name for pkg-config>)
function(kplane_sbom_version variable found pkg_config_name)
  if(NOT found AND PKG_CONFIG_FOUND)
    execute_process(COMMAND ${PKG_CONFIG_EXECUTABLE} --modversion ${pkg_config_name}
      OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(NOT found OR found STREQUAL "0.0.0")  # of Debian's re2
    set(found NOASSERTION)
  endif()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

# kplane_sbom_package(<name> <version> <licence> <what depends on it: kplane, kplane-rl, kplane-testing or kplane-cli>)
macro(kplane_sbom_package name version licence user)
  list(APPEND kplane_sbom_packages "    {
      \"SPDXID\": \"SPDXRef-${name}\",
      \"name\": \"${name}\",
      \"versionInfo\": \"${version}\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"${licence}\",
      \"licenseDeclared\": \"${licence}\",
      \"copyrightText\": \"NOASSERTION\"
    }")
  list(APPEND kplane_sbom_relations "    {
      \"spdxElementId\": \"SPDXRef-${user}\",
      \"relationshipType\": \"DEPENDS_ON\",
      \"relatedSpdxElement\": \"SPDXRef-${name}\"
    }")
endmacro()

# kplane_sbom_dependency(<user> <name> <licence> <version that CMake found, or empty> <name for pkg-config>)
macro(kplane_sbom_dependency user name licence found pkg_config_name)
  kplane_sbom_version(kplane_sbom_found "${found}" ${pkg_config_name})
  kplane_sbom_package(${name} "${kplane_sbom_found}" "${licence}" ${user})
endmacro()

set(kplane_sbom_packages)
set(kplane_sbom_relations)
list(APPEND kplane_sbom_relations "    {
      \"spdxElementId\": \"SPDXRef-DOCUMENT\",
      \"relationshipType\": \"DESCRIBES\",
      \"relatedSpdxElement\": \"SPDXRef-kplane\"
    }")
list(APPEND kplane_sbom_packages "    {
      \"SPDXID\": \"SPDXRef-kplane\",
      \"name\": \"kplane\",
      \"versionInfo\": \"${PROJECT_VERSION}\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"Apache-2.0\",
      \"licenseDeclared\": \"Apache-2.0\",
      \"copyrightText\": \"NOASSERTION\"
    }")
kplane_sbom_dependency(kplane libcurl curl "${CURL_VERSION_STRING}" libcurl)
kplane_sbom_dependency(kplane OpenSSL "Apache-2.0" "${OPENSSL_VERSION}" libcrypto)
kplane_sbom_dependency(kplane simdjson "Apache-2.0" "${simdjson_VERSION}" simdjson)
kplane_sbom_dependency(kplane libyaml MIT "" yaml-0.1)
kplane_sbom_dependency(kplane yaml-cpp MIT "${yaml-cpp_VERSION}" yaml-cpp)
kplane_sbom_dependency(kplane nlohmann-json MIT "${nlohmann_json_VERSION}" nlohmann_json)  # compiled in
kplane_sbom_dependency(kplane xxHash "BSD-2-Clause" "" libxxhash)                          # compiled in
if(KPLANE_BUILD_RL)
  kplane_sbom_package(kplane-rl "${PROJECT_VERSION}" "Apache-2.0" kplane)
  kplane_sbom_dependency(kplane-rl zstd "BSD-3-Clause OR GPL-2.0-only" "" libzstd)
endif()
if(KPLANE_BUILD_TESTING_LIBRARY)
  kplane_sbom_package(kplane-testing "${PROJECT_VERSION}" "Apache-2.0" kplane)
  kplane_sbom_dependency(kplane-testing cpp-httplib MIT "${KplaneHttplib_VERSION}${httplib_VERSION}" cpp-httplib)
  kplane_sbom_dependency(kplane-testing RE2 "BSD-3-Clause" "${re2_VERSION}" re2)
  kplane_sbom_dependency(kplane-testing zlib Zlib "${ZLIB_VERSION_STRING}" zlib)
endif()
if(kplane_with_cli)
  kplane_sbom_package(kplane-cli "${PROJECT_VERSION}" "Apache-2.0" kplane)
  kplane_sbom_dependency(kplane-cli CLI11 "BSD-3-Clause" "${CLI11_VERSION}" CLI11)  # compiled in
endif()

string(TIMESTAMP kplane_sbom_created "%Y-%m-%dT%H:%M:%SZ" UTC)  # SOURCE_DATE_EPOCH, where that is set
list(JOIN kplane_sbom_packages ",\n" kplane_sbom_packages)
list(JOIN kplane_sbom_relations ",\n" kplane_sbom_relations)
string(SHA256 kplane_sbom_hash "${kplane_sbom_packages}")  # a document of the same content has the same name
string(SUBSTRING "${kplane_sbom_hash}" 0 16 kplane_sbom_hash)
set(kplane_sbom "${PROJECT_BINARY_DIR}/kplane.spdx.json")
file(WRITE "${kplane_sbom}" "{
  \"spdxVersion\": \"SPDX-2.3\",
  \"dataLicense\": \"CC0-1.0\",
  \"SPDXID\": \"SPDXRef-DOCUMENT\",
  \"name\": \"kplane-${PROJECT_VERSION}\",
  \"documentNamespace\": \"https://spdx.org/spdxdocs/kplane-${PROJECT_VERSION}-${kplane_sbom_hash}\",
  \"creationInfo\": {
    \"created\": \"${kplane_sbom_created}\",
    \"creators\": [\"Tool: kplane-cmake-${PROJECT_VERSION}\"]
  },
  \"packages\": [
${kplane_sbom_packages}
  ],
  \"relationships\": [
${kplane_sbom_relations}
  ]
}
")
