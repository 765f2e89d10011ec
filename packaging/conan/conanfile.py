# Conan 2 recipe. From the root of a checkout:
#
#   conan create packaging/conan --build=missing
#
# kplane::rl comes with the option with_rl; kplane::testing (LocalServer) and kplane-local come with the option with_testing.
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

ROOT = os.path.join("..", "..")


class KplaneConan(ConanFile):
    name = "kplane"
    license = "Apache-2.0"
    description = "C++ client library for kplane virtual control planes"
    topics = ("kubernetes", "control-plane", "testing")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "with_rl": [True, False], "with_testing": [True, False]}
    default_options = {"shared": False, "with_rl": False, "with_testing": False}

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, ROOT, "include", "kplane", "version.hpp"))
        self.version = re.search(r'KPLANE_VERSION_STRING "([^"]+)"', header).group(1)

    def export_sources(self):
        root = os.path.join(self.recipe_folder, ROOT)
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "openapi/*", "src/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def requirements(self):
        self.requires("libcurl/[>=7.85 <9]")
        self.requires("openssl/[>=1.1.1 <4]")
        self.requires("nlohmann_json/[>=3.10 <4]")
        self.requires("simdjson/[>=3.0 <4]")
        self.requires("xxhash/[>=0.8 <1]")
        self.requires("libyaml/0.2.5")
        self.requires("yaml-cpp/[>=0.7 <0.9]")
        if self.options.with_rl:
            self.requires("zstd/[>=1.4 <2]")
        if self.options.with_testing:
            self.requires("cpp-httplib/[>=0.11 <0.12]", options={"with_openssl": True})
            self.requires("re2/[>=20220601]")
            self.requires("zlib/[>=1.2.11 <2]")

    def validate(self):
        check_min_cppstd(self, 17)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["KPLANE_BUILD_TESTS"] = False
        toolchain.cache_variables["KPLANE_BUILD_EXAMPLES"] = False
        toolchain.cache_variables["KPLANE_BUILD_RL"] = bool(self.options.with_rl)
        toolchain.cache_variables["KPLANE_BUILD_TESTING_LIBRARY"] = bool(self.options.with_testing)
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "kplane")
        kplane = self.cpp_info.components["kplane"]
        kplane.set_property("cmake_target_name", "kplane::kplane")
        kplane.set_property("pkg_config_name", "kplane")
        kplane.libs = ["kplane"]
        kplane.requires = [
            "libcurl::libcurl", "openssl::crypto", "nlohmann_json::nlohmann_json", "simdjson::simdjson",
            "libyaml::libyaml", "yaml-cpp::yaml-cpp",
        ]
        if self.options.shared:
            kplane.defines = ["KPLANE_SHARED"]
        if self.settings.os == "Linux":
            kplane.system_libs = ["pthread"]
        if self.options.with_rl:
            rl = self.cpp_info.components["rl"]
            rl.set_property("cmake_target_name", "kplane::rl")
            rl.set_property("pkg_config_name", "kplane-rl")
            rl.libs = ["kplane_rl"]
            rl.requires = ["kplane", "zstd::zstd"]
        if self.options.with_testing:
            testing = self.cpp_info.components["testing"]
            testing.set_property("cmake_target_name", "kplane::testing")
            testing.libs = ["kplane_testing"]
            testing.requires = ["kplane", "cpp-httplib::cpp-httplib", "re2::re2", "zlib::zlib", "openssl::openssl"]
