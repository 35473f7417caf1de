using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Client;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Audit;

/// <summary>Which log a command is about: that of a space, or the tenant's log of reads.</summary>
internal sealed class LogSelection(ConnectionOptions connection)
{
    const int PageSize = 256;

    readonly Argument<string?> _space = SymbolRules.NewOptionalSpace();
    readonly Option<bool> _reads = new("--reads") { Description = "Instead of a space: what was read in the tenant, as far as its policy has that written down." };

    /// <summary>Adds its symbols, and the rule that one of them is given.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_space);
        command.Options.Add(_reads);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(_space) is null) != result.GetValue(_reads))
                result.AddError("Name a space, or --reads.");
        });
    }

    /// <summary>The log's name.</summary>
    public SpaceId Id(ParseResult parsed) => new(connection.Tenant(parsed), parsed.GetValue(_space) ?? ReadTrail.SpaceName);

    /// <summary>Reads its commits, byte for byte.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        MemoryClient client, ParseResult parsed, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var commits = parsed.GetValue(_space) is { } space ? client.Space(space).CommitsAsync(after, PageSize, cancellationToken) : client.ReadCommitsAsync(after, PageSize, cancellationToken);
        await foreach (var commit in commits)
            yield return BytesOf(commit.Json);
    }

    static byte[] BytesOf(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).ToArray();
}
