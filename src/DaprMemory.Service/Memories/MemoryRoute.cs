using DaprMemory.Core.Memories;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Memories;

/// <summary>The memory in a request's path.</summary>
internal static class MemoryRoute
{
    /// <summary>The route parameter.</summary>
    public const string Parameter = "id";

    /// <summary>Reads and checks the id.</summary>
    public static Problem? TryRead(HttpRequest request, out RecordKey key)
    {
        key = new RecordKey(RecordKind.Memory, (string)request.RouteValues[Parameter]!);
        return MemoryId.Check(key.Key) is { } rule ? Problem.Invalid(ProblemTypes.InvalidKey, rule) : null;
    }
}
