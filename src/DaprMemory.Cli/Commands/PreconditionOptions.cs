using System.CommandLine;
using DaprMemory.Core.State;

namespace DaprMemory.Cli.Commands;

/// <summary>The option for the ETag that a record must have.</summary>
internal static class PreconditionOptions
{
    public static Option<string> NewIfMatch()
    {
        var option = new Option<string>("--if-match") { Description = "Only if the record has this ETag.", HelpName = "n.i" };
        option.Validators.Add(result => result.Check(option, text => Parse(text) is null ? $"an ETag such as 3.0, not '{text}'" : null));
        return option;
    }

    public static ETag? Parse(string? text) => ETag.TryParse(text, out var etag) ? etag : null;
}
