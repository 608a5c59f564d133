// Command sdks generates what programs in each language need of the plugin's schema.
//
//	sdks packages SCHEMA FOLDER           an SDK for each language, each in a folder of its name
//	sdks program SCHEMA LANGUAGE <STATE   the program text of resources that are in a stack's state
//
// STATE is what `pulumi stack export` prints. The text is the same as that of `pulumi import` where Pulumi's own language
// hosts are there: they call these generators.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/importer"
	"github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// tool stands in the first lines of what is generated.
const tool = "make sdks"

// generators are what a language has: of its SDK, and of a program.
type generators struct {
	sdk     func(*schema.Package) (map[string][]byte, error)
	program func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
}

var languages = map[string]generators{
	"go": {
		sdk: func(pkg *schema.Package) (map[string][]byte, error) {
			return gogen.GeneratePackage(tool, pkg, nil)
		},
		program: gogen.GenerateProgram,
	},
	"nodejs": {
		sdk: func(pkg *schema.Package) (map[string][]byte, error) {
			// One that npm compiles where it installs the folder, since the text alone is no package.
			return nodejs.GeneratePackage(tool, pkg, nil, nil, true, nil)
		},
		program: nodejs.GenerateProgram,
	},
	"python": {
		sdk: func(pkg *schema.Package) (map[string][]byte, error) {
			files, err := python.GeneratePackage(tool, pkg, nil, nil)
			// The project's file names a page beside itself, and the generator puts that into the package's folder.
			for name, content := range files {
				if filepath.Base(name) == "README.md" {
					files["README.md"] = content
				}
			}
			return files, err
		},
		program: python.GenerateProgram,
	},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 3 && arguments[0] == "packages":
		return packages(arguments[1], arguments[2])
	case len(arguments) == 3 && arguments[0] == "program":
		return program(arguments[1], arguments[2], os.Stdin, os.Stdout)
	}
	return fmt.Errorf("usage: sdks packages SCHEMA FOLDER | sdks program SCHEMA LANGUAGE <STATE")
}

// packages writes the SDK of each language, in place of what its folder holds.
func packages(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	for _, language := range slices.Sorted(maps.Keys(languages)) {
		// Bound anew: a generator leaves what it has found out about a language in the package.
		pkg, err := bind(schemaFile)
		if err != nil {
			return err
		}
		files, err := languages[language].sdk(pkg)
		if err != nil {
			return fmt.Errorf("the SDK for %s: %w", language, err)
		}
		home := filepath.Join(folder, language)
		if err := clear(home); err != nil {
			return err
		}
		for name, content := range files {
			file := filepath.Join(home, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(file, content, 0o644); err != nil {
				return err
			}
		}
	}
	// So that a look, without Go, tells whether they are of a schema.
	sum := fmt.Sprintf("%x\n", sha256.Sum256(text))
	return os.WriteFile(filepath.Join(folder, "schema.sha256"), []byte(sum), 0o644)
}

// clear removes what an earlier run has written. The versions of what a Go module needs are not generated, and stay.
func clear(home string) error {
	there, err := os.ReadDir(home)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range there {
		if name := entry.Name(); name != "go.mod" && name != "go.sum" {
			if err := os.RemoveAll(filepath.Join(home, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// program writes the text that makes resources of a state, those that the schema has.
func program(schemaFile, language string, state io.Reader, out io.Writer) error {
	generate, ok := languages[language]
	if !ok {
		return fmt.Errorf("no language %q: there are %v", language, slices.Sorted(maps.Keys(languages)))
	}
	pkg, err := bind(schemaFile)
	if err != nil {
		return err
	}
	all, err := resources(state)
	if err != nil {
		return err
	}
	var chosen []*resource.State
	for _, item := range all {
		if string(item.Type.Package()) == pkg.Name {
			chosen = append(chosen, item)
		}
	}
	write := func(out io.Writer, bound *pcl.Program) error {
		files, problems, err := generate.program(bound)
		if err != nil {
			return err
		}
		if problems.HasErrors() {
			return problems
		}
		for _, content := range files {
			if _, err := out.Write(content); err != nil {
				return err
			}
		}
		return nil
	}
	return importer.GenerateLanguageDefinitions(out, only{pkg}, write, chosen, all, nil)
}

func bind(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", schemaFile, err)
	}
	pkg, problems, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	// Warnings as well: there are none, and the next one is to be seen.
	if len(problems) > 0 {
		return nil, problems
	}
	return pkg, nil
}

func resources(state io.Reader) ([]*resource.State, error) {
	var export struct{ Deployment apitype.DeploymentV3 }
	if err := json.NewDecoder(state).Decode(&export); err != nil {
		return nil, fmt.Errorf("the state: %w", err)
	}
	var found []*resource.State
	for _, item := range export.Deployment.Resources {
		// What is secret stays so: a program that shows it would be the wrong text.
		read, err := stack.DeserializeResource(item, config.NewBlindingDecrypter())
		if err != nil {
			return nil, err
		}
		found = append(found, read)
	}
	return found, nil
}

// only is a loader that knows one package.
type only struct{ pkg *schema.Package }

func (o only) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != o.pkg.Name {
		return nil, fmt.Errorf("no package %s", name)
	}
	return o.pkg, nil
}

func (o only) LoadPackageV2(_ context.Context, wanted *schema.PackageDescriptor) (*schema.Package, error) {
	return o.LoadPackage(wanted.Name, wanted.Version)
}
