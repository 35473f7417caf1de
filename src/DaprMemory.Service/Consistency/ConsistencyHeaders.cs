using System.Globalization;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Consistency;

/// <summary>The headers by which a client asks for a level and learns what it was given.</summary>
internal static class ConsistencyHeaders
{
    /// <summary>What <c>Memory-Consistency</c> may be.</summary>
    public const string LevelRule = "a level is session or strong";

    /// <summary>The levels' names in headers and metrics.</summary>
    public const string Session = "session", Strong = "strong";

    /// <summary>Reads the level asked for.</summary>
    public static bool TryReadLevel(IHeaderDictionary headers, out ConsistencyLevel level)
    {
        var values = headers[MemoryHeaders.Consistency];
        level = values.Count > 0 && values[0] == Strong ? ConsistencyLevel.Strong : ConsistencyLevel.Session;
        return values.Count == 0 || (values.Count == 1 && values[0] is Session or Strong);
    }

    /// <summary>The level's name in headers and metrics.</summary>
    public static string NameOf(ConsistencyLevel level) => level == ConsistencyLevel.Strong ? Strong : Session;

    /// <summary>Says what the answer gives: the level, the version served, and the new token.</summary>
    public static void Write(HttpResponse response, in SpaceCall call, long version)
    {
        var headers = response.Headers;
        headers[MemoryHeaders.Consistency] = NameOf(call.Level);
        headers[MemoryHeaders.Version] = version.ToString(CultureInfo.InvariantCulture);
        headers[MemoryHeaders.Token] = call.Token.Next(call.Id, version);
    }
}
