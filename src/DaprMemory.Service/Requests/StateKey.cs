using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Requests;

/// <summary>The state key in a request's path.</summary>
internal static class StateKey
{
    /// <summary>The route parameter that takes the rest of the path.</summary>
    public const string Parameter = "key";

    /// <summary>Reads and checks the key.</summary>
    public static Problem? TryRead(HttpRequest request, out RecordKey key)
    {
        var text = request.RouteValues[Parameter] as string ?? "";
        // The one escape that the server leaves in a path.
        if (text.Contains('%', StringComparison.Ordinal))
            text = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        key = new RecordKey(RecordKind.State, text);
        return Names.CheckKey(text) is { } rule ? Problem.Invalid(ProblemTypes.InvalidKey, rule) : null;
    }
}
