import { expect, test } from "vitest";
import { languageOf } from "../../../../src/core/indexing/chunking/languageOf";

test.each([
  ["src/a.ts", "typescript"],
  ["src/A.TSX", "tsx"],
  ["a.jsx", "javascript"],
  ["a.d.mts", "typescript"],
  ["pkg/a.go", "go"],
  ["a.h", "c"],
  ["a.hpp", "cpp"],
  ["Makefile", "makefile"],
  ["docker/Dockerfile.dev", "dockerfile"],
  ["x.dockerfile", "dockerfile"],
  ["config.yaml.example", "yaml"],
  ["a.json.tmpl", "json"],
  ["Gemfile", "ruby"],
  ["pkg/BUILD", "python"],
  ["scripts/build", "text"],
  ["README", "markdown"],
  ["docs/guide.mdx", "markdown"],
  ["CMakeLists.txt", "cmake"],
  [".bashrc", "bash"],
  [".gitignore", "text"],
  ["LICENSE", "text"],
  ["a.unknown", "text"],
  ["a.constructor", "text"],
  ["__proto__", "text"],
  ["toString", "text"],
  ["weird\nname.py", "python"],
  ["no extension.", "text"],
])("%j is %s", (path, language) => {
  expect(languageOf(path, "")).toBe(language);
});

test.each([
  ["a bare sh", "run", "#!/bin/sh\necho", "bash"],
  ["env with options", "run", "#!/usr/bin/env -S python3 -u\n", "python"],
  ["env with a variable", "run", "#!/usr/bin/env NODE_ENV=x node\n", "javascript"],
  ["an unknown interpreter", "run", "#!/opt/weird/thing\n", "text"],
  ["a modeline of Emacs", "run", "# -*- mode: ruby -*-\n", "ruby"],
  ["a short modeline of Emacs", "run", "// -*- C++ -*-\n", "cpp"],
  ["a modeline of Vim", "config", "# vim: set ft=yaml ts=2:\n", "yaml"],
  ["a modeline that names nothing we know", "config", "# vim: ft=constructor:\n", "text"],
  ["an extension beats the shebang", "a.ts", "#!/usr/bin/env python\n", "typescript"],
  ["PHP without a name", "index", "<?php echo 1;", "php"],
  ["a page without a name", "index", "<!DOCTYPE html>\n<html>", "html"],
  ["a C++ header", "a.h", "#pragma once\nnamespace x {\nclass A;\n}", "cpp"],
  ["a C header", "a.h", "struct a;\nint class_of(int x);\n", "c"],
  ["Objective-C", "a.m", "#import <Foundation/Foundation.h>\n", "objective-c"],
  ["Matlab", "a.m", "function y = f(x)\n  y = x;\nend\n", "matlab"],
  ["a translation of Qt", "de.ts", '<?xml version="1.0"?><!DOCTYPE TS>', "xml"],
])("%s", (_, path, text, language) => {
  expect(languageOf(path, text)).toBe(language);
});
