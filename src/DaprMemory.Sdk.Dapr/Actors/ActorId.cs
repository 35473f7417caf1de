namespace Dapr.Actors;

/// <summary>Names one actor among those of its type.</summary>
/// <param name="id">The name.</param>
public class ActorId(string id)
{
    readonly string _id = id ?? throw new ArgumentNullException(nameof(id));

    /// <summary>Gives the name.</summary>
    /// <returns>The name.</returns>
    public string GetId() => _id;

    /// <inheritdoc />
    public override string ToString() => _id;
}
