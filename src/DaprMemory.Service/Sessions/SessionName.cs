using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Sessions;

/// <summary>The session in a request's path.</summary>
internal static class SessionName
{
    /// <summary>The route parameter.</summary>
    public const string Parameter = "session";

    /// <summary>Reads and checks the name.</summary>
    public static Problem? TryRead(HttpRequest request, out string name)
    {
        name = request.RouteValues[Parameter] as string ?? "";
        return Names.CheckSession(name) is { } rule ? Problem.Invalid(ProblemTypes.InvalidRequest, rule, Parameter) : null;
    }
}
