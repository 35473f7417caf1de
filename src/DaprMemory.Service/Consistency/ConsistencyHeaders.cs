using System.Globalization;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Consistency;

/// <summary>The headers by which a client asks for a level and learns what it was given.</summary>
internal static class ConsistencyHeaders
{
    /// <summary>What <c>Memory-Consistency</c> may be.</summary>
    public const string LevelRule = "a level is eventual, session, causal or strong";

    /// <summary>The levels' names in headers and metrics, the weakest first.</summary>
    public static readonly IReadOnlyList<string> Levels = ["eventual", "session", "causal", "strong"];

    /// <summary>Reads the level asked for; null when the client leaves it to the service.</summary>
    public static bool TryReadLevel(IHeaderDictionary headers, out ConsistencyLevel? level)
    {
        level = null;
        var values = headers[MemoryHeaders.Consistency];
        if (values.Count == 0)
            return true;
        for (var i = 0; i < Levels.Count && values.Count == 1; i++)
        {
            if (values[0] == Levels[i])
                level = (ConsistencyLevel)i;
        }
        return level is not null;
    }

    /// <summary>The level's name in headers and metrics.</summary>
    public static string NameOf(ConsistencyLevel level) => Levels[(int)level];

    /// <summary>Says what the answer gives: the level, the version served, and the new token.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="call">The request.</param>
    /// <param name="level">The level given.</param>
    /// <param name="version">The version served.</param>
    /// <param name="dependencies">What whoever reads that version has seen by it.</param>
    public static void Write(HttpResponse response, in SpaceCall call, ConsistencyLevel level, long version, DependencySet dependencies)
    {
        var headers = response.Headers;
        headers[MemoryHeaders.Consistency] = NameOf(level);
        headers[MemoryHeaders.Version] = version.ToString(CultureInfo.InvariantCulture);
        headers[MemoryHeaders.Token] = call.Token.Next(call.Id, version, dependencies);
    }

    /// <summary>Says where the answer came from.</summary>
    public static void WriteSource(HttpResponse response, ValueSource source) => response.Headers[MemoryHeaders.Source] = source switch
    {
        ValueSource.Cache => "cache",
        ValueSource.Hot => "hot",
        _ => "store",
    };

    /// <summary>Says how old the view served may be.</summary>
    public static void WriteStaleness(HttpResponse response, TimeSpan staleness) =>
        response.Headers[MemoryHeaders.Staleness] = ((long)Math.Ceiling(staleness.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
