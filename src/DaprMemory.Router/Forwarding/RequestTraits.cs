using DaprMemory.Hosting.Requests;

namespace DaprMemory.Router.Forwarding;

/// <summary>What the router must know of a request, besides its space.</summary>
/// <param name="IsWrite">It may change something.</param>
/// <param name="IsEventual">It is a read that takes what any shard has in memory.</param>
internal readonly record struct RequestTraits(bool IsWrite, bool IsEventual)
{
    // The read of many keys: their names may be too long for a URL.
    const string ReadMany = "state/read";
    const string Eventual = "eventual";

    public static RequestTraits Of(HttpRequest request)
    {
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || (HttpMethods.IsPost(request.Method) && request.RouteValues["rest"] is ReadMany);
        var level = request.Headers[MemoryHeaders.Consistency];
        return new(!isRead, isRead && level.Count == 1 && Eventual.Equals(level[0], StringComparison.OrdinalIgnoreCase));
    }
}
